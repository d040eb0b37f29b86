import type { Clock } from './clock.ts';
import type { Invoke, StreamEvent } from './shard-context.ts';

/** What a handler is told besides the event, in the names of Lambda's Node.js runtime. */
export interface HandlerContext {
  readonly awsRequestId: string;
  readonly functionName: string;
  readonly functionVersion: string;
  readonly invokedFunctionArn: string;
  readonly memoryLimitInMB: string;
  readonly logGroupName: string;
  readonly logStreamName: string;
  callbackWaitsForEmptyEventLoop: boolean;
  /** Ms until the invocation is given up. */
  getRemainingTimeInMillis(): number;
}

/** How a handler that returns no promise answers. */
export type HandlerCallback = (error?: Error | string | null, answer?: unknown) => void;

// Of a method, so that a handler may have a narrower type of event than all that there are.
interface HandlerType {
  handler(event: object, context: HandlerContext, callback: HandlerCallback): unknown;
}

/** A Lambda function's handler. */
export type Handler = HandlerType['handler'];

/** How the function of a handler is configured. */
export interface HandlerFunction {
  readonly functionArn: string;
  readonly timeoutMs: number;
  readonly memoryMb: number;
  readonly clock: Clock;
}

/** An invocation that took longer than the function may; it has the form of Lambda's own error. */
export class FunctionTimedOutError extends Error {
  override readonly name = 'Sandbox.Timedout';

  constructor(requestId: string, timeoutMs: number) {
    super(`RequestId: ${requestId} Error: Task timed out after ${(timeoutMs / 1_000).toFixed(2)} seconds`);
  }
}

/**
 * Makes what a mapping invokes of a handler in this process. As in Lambda, event and answer go through JSON, so that
 * neither side sees what the other does to its copy. A handler that returns a promise answers by it; any other one with
 * three parameters by the callback; and what else is returned is no answer, as with Lambda. A process cannot end a
 * handler: one that has timed out goes on, and its answer is ignored.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/nodejs-handler.html
 * @see https://docs.aws.amazon.com/lambda/latest/dg/nodejs-context.html
 */
export function createHandlerInvoke(handler: Handler, fn: HandlerFunction): Invoke {
  const { clock, functionArn, timeoutMs } = fn;
  return async (event, { requestId, signal }) => {
    const endsMs = clock.now() + timeoutMs;
    const context = contextOf(fn, requestId, endsMs);
    const over = new AbortController();
    const timedOut = clock.sleep(timeoutMs, AbortSignal.any([over.signal, signal])).then(() => {
      if (!over.signal.aborted) throw new FunctionTimedOutError(requestId, timeoutMs);
    });
    try {
      return toJson(await Promise.race([call(handler, event, context), timedOut]), functionArn);
    } finally {
      over.abort();
    }
  };
}

function call(handler: Handler, event: StreamEvent, context: HandlerContext): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const callback: HandlerCallback = (error, answer) => {
      if (error === undefined || error === null) resolve(answer);
      else reject(error instanceof Error ? error : new Error(error));
    };
    const copy: unknown = JSON.parse(JSON.stringify(event));
    const returned = typeof copy === 'object' && copy ? handler(copy, context, callback) : undefined;
    if (isThenable(returned)) resolve(returned);
    else if (handler.length < 3) resolve(null);
  });
}

function contextOf(
  { clock, functionArn, memoryMb }: HandlerFunction,
  awsRequestId: string,
  endsMs: number,
): HandlerContext {
  const [functionName = '', version = '$LATEST'] = functionArn.split(':').slice(6);
  return {
    awsRequestId,
    functionName,
    functionVersion: version,
    invokedFunctionArn: functionArn,
    memoryLimitInMB: String(memoryMb),
    logGroupName: `/aws/lambda/${functionName}`,
    logStreamName: `[${version}]${awsRequestId}`,
    callbackWaitsForEmptyEventLoop: true,
    getRemainingTimeInMillis: () => Math.max(0, endsMs - clock.now()),
  };
}

function toJson(answer: unknown, functionArn: string): unknown {
  if (answer === undefined) return null;
  try {
    const text = JSON.stringify(answer) as string | undefined;
    return text === undefined ? null : JSON.parse(text);
  } catch (error) {
    throw new TypeError(`The answer of ${functionArn} cannot be written as JSON`, { cause: error });
  }
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}
