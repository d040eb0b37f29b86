import { Buffer } from 'node:buffer';
import { setImmediate } from 'node:timers';
import { describeError, runtimeError } from './describe-error.mjs';
import { invocationContext } from './invocation-context.mjs';
import { logError } from './log-error.mjs';

/** As Lambda's message has it, 100 bytes more than 6 MiB. */
const MAXIMUM_RESPONSE_BYTES = 6_291_556;

/**
 * Calls the handler once, in any of the forms that Lambda knows:
 *
 * - one that gives a promise answers what it resolves to, or fails with what it rejects with;
 * - one that calls its callback answers once there is nothing left to do, or at once if it has said that it does not wait
 *   (`callbackWaitsForEmptyEventLoop`); an error is told at once;
 * - `context.succeed`, `fail` and `done` answer at once;
 * - one that does none of this answers null once there is nothing left to do. But an `async` one whose promise is still
 *   open then has failed: it would stay so for ever.
 *
 * The first answer counts.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/nodejs-handler.html
 * @see https://docs.aws.amazon.com/lambda/latest/dg/nodejs-context.html
 * @param {Function} handler
 * @param {import('../protocol.ts').ThreadInvocation} invocation
 * @param {import('./empty-loop.mjs').EmptyLoop} emptyLoop
 * @param {(outcome: object) => void} onOutcome called once
 */
export function invokeHandler(handler, invocation, emptyLoop, onOutcome) {
  let isOver = false;
  let isAnswered = false;

  const settle = (outcome) => {
    if (isOver) return;
    isOver = true;
    emptyLoop.listen(undefined);
    onOutcome(outcome);
  };
  const fail = (error) => {
    logError('Invoke Error', error, invocation.requestId);
    settle({ type: 'failed', error: describeError(error) });
  };
  const succeed = (answer) => {
    let json;
    try {
      json = JSON.stringify(answer) ?? 'null';
    } catch {
      fail(new Error('Unable to stringify response body'));
      return;
    }
    settle(Buffer.byteLength(json) > MAXIMUM_RESPONSE_BYTES ? tooLarge() : { type: 'answer', json });
  };
  const once =
    (answer) =>
    (...values) => {
      if (isAnswered) return;
      isAnswered = true;
      answer(...values);
    };
  const done = (error, answer) => {
    if (error === undefined || error === null) succeed(answer);
    else fail(error);
  };
  const callback = (error, answer) => {
    if ((error === undefined || error === null) && context.callbackWaitsForEmptyEventLoop)
      emptyLoop.listen(() => setImmediate(succeed, answer));
    else done(error, answer);
  };

  const context = {
    ...invocationContext(invocation),
    succeed: once(succeed),
    fail: once((error) => {
      fail(error ?? 'handled');
    }),
    done: once(done),
  };
  emptyLoop.listen(() => {
    if (handler.constructor.name === 'AsyncFunction') fail(neverSettled());
    else succeed(null);
  });
  try {
    const result = handler(JSON.parse(invocation.payload), context, once(callback));
    if (typeof result?.then === 'function') result.then(context.succeed, context.fail);
  } catch (error) {
    once(fail)(error);
  }
}

function tooLarge() {
  return {
    type: 'failed',
    error: {
      errorType: 'Function.ResponseSizeTooLarge',
      errorMessage: `Response payload size exceeded maximum allowed payload size (${MAXIMUM_RESPONSE_BYTES} bytes).`,
      trace: [],
    },
  };
}

function neverSettled() {
  return runtimeError(
    'NodeJsExit',
    'The Lambda runtime client detected an unexpected Node.js exit code. This is most commonly caused by a Promise that was never settled.',
  );
}
