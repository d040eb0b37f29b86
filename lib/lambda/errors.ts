/** What a function threw, as its caller sees it. The function could be invoked; it is the function that failed. */
export class FunctionError extends Error {
  override readonly name = 'FunctionError';
  /** Name of the error that was thrown, such as `TypeError`, or what Lambda calls it: `Sandbox.Timedout`. */
  readonly errorType: string;

  constructor(errorType: string, message: string, stack?: string) {
    super(message);
    this.errorType = errorType;
    if (stack !== undefined) this.stack = stack;
  }
}
