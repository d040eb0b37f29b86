/** An error as Lambda answers it to who invoked the function. */
export interface ErrorPayload {
  readonly errorType: string;
  readonly errorMessage: string;
  /** The lines of the stack, the first of which repeats type and message; none if Lambda itself ended the invocation. */
  readonly trace?: readonly string[];
}

/** What a function threw, or died of, as its caller sees it. The function was invoked; it is the function that failed. */
export class FunctionError extends Error {
  override readonly name = 'FunctionError';
  /** Name of the error that was thrown, such as `TypeError`, or what Lambda calls it: `Sandbox.Timedout`. */
  readonly errorType: string;
  readonly payload: ErrorPayload;

  constructor(payload: ErrorPayload) {
    super(payload.errorMessage);
    this.errorType = payload.errorType;
    this.payload = payload;
    if (payload.trace !== undefined && payload.trace.length > 0) this.stack = payload.trace.join('\n');
  }
}

/** An event that Lambda would refuse before it invokes the function. */
export class RequestTooLargeError extends Error {
  override readonly name = 'RequestTooLargeError';
}
