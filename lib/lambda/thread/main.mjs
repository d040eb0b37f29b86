// One execution environment of a function, and what Lambda's runtime for Node.js does in it. The module is loaded once, and
// its state lives until the thread ends. Plain JavaScript, as what it runs is a bundle.
import { setImmediate } from 'node:timers';
import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import { captureOutput } from './capture-output.mjs';
import { describeError, runtimeError } from './describe-error.mjs';
import { EmptyLoop } from './empty-loop.mjs';
import { invokeHandler } from './invoke-handler.mjs';
import { loadHandler } from './load-handler.mjs';
import { logError } from './log-error.mjs';
import { memoryBytes } from './memory-bytes.mjs';

/** @typedef {import('../protocol.ts').ThreadData} ThreadData */
/** @typedef {import('../protocol.ts').ThreadInvocation} ThreadInvocation */
/** @typedef {import('../protocol.ts').ThreadMessage} ThreadMessage */

const UNHANDLED_REJECTION_STATUS = 128;
const UNCAUGHT_EXCEPTION_STATUS = 129;

/** @type {ThreadData} */
const { module, handlerName, handler: configured, signal } = workerData;
let invocations = 0;
let requestId;

/** @param {ThreadMessage} message */
function send(message) {
  parentPort.postMessage(message);
}

function crash(what, error, status) {
  logError(what, error, requestId);
  send({ type: 'crashed', error: describeError(error) });
  process.exit(status);
}

/**
 * Sleeps until there is an invocation. Nothing in this thread goes on meanwhile: no timer fires, no socket is read, as
 * Lambda freezes an environment.
 * https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
 *
 * @returns {ThreadInvocation}
 */
function sleep() {
  Atomics.wait(signal, 0, invocations);
  invocations++;
  return receiveMessageOnPort(parentPort).message;
}

captureOutput(send);
process.on('uncaughtException', (error) => {
  crash('Uncaught Exception', error, UNCAUGHT_EXCEPTION_STATUS);
});
process.on('unhandledRejection', (reason) => {
  const error = runtimeError('UnhandledPromiseRejection', String(reason));
  crash('Unhandled Promise Rejection', Object.assign(error, { reason }), UNHANDLED_REJECTION_STATUS);
});
const emptyLoop = new EmptyLoop();

const handler = await loadHandler(module, handlerName, configured).catch((error) => {
  crash('Uncaught Exception', error, UNCAUGHT_EXCEPTION_STATUS);
});
send({ type: 'ready', memoryBytes: memoryBytes() });
serve();

function serve() {
  setImmediate(() => {
    const invocation = sleep();
    // What happened meanwhile comes first, so that no call goes to a connection that the other side has closed.
    setImmediate(() => {
      requestId = invocation.requestId;
      invokeHandler(handler, invocation, emptyLoop, (outcome) => {
        send({ ...outcome, memoryBytes: memoryBytes() });
        serve();
      });
    });
  });
}
