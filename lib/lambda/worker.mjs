// One execution environment of a function: the module is loaded once, and its state lives until the worker ends.
import { parentPort, workerData } from 'node:worker_threads';

const { module, handlerName } = workerData;

try {
  const { [handlerName]: handler } = await import(module);
  if (typeof handler !== 'function') throw new Error(`${module} exports no function '${handlerName}'`);
  parentPort.on('message', async ({ event, context }) => {
    try {
      parentPort.postMessage({ answer: await call(handler, event, contextOf(context)) });
    } catch (thrown) {
      parentPort.postMessage({ error: describe(thrown) });
    }
  });
  parentPort.postMessage({ ready: true });
} catch (thrown) {
  parentPort.postMessage({ error: describe(thrown) });
}

function call(handler, event, context) {
  return new Promise((resolve, reject) => {
    const callback = (error, answer) => (error ? reject(error) : resolve(answer));
    Promise.resolve(handler(event, context, callback)).then((answer) => {
      // A handler of three parameters answers through its callback, unless it gives a promise after all.
      if (handler.length < 3 || answer !== undefined) resolve(toJson(answer));
    }, reject);
  });
}

// What a function answers leaves it as JSON.
function toJson(answer) {
  return answer === undefined ? null : JSON.parse(JSON.stringify(answer));
}

function contextOf({ deadline, ...fields }) {
  return {
    ...fields,
    callbackWaitsForEmptyEventLoop: true,
    functionVersion: '$LATEST',
    getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
  };
}

function describe(thrown) {
  if (thrown instanceof Error) return { name: thrown.name, message: thrown.message, stack: thrown.stack };
  return { name: 'Error', message: typeof thrown === 'string' ? thrown : JSON.stringify(thrown) };
}
