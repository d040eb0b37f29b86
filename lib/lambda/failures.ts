import { FunctionError } from './errors.ts';

/*
 * What Lambda answers when it was not the handler that failed:
 * https://docs.aws.amazon.com/lambda/latest/dg/troubleshooting-invocation.html
 */

/** The function did not answer within its time-out. */
export function timedOut(requestId: string, timeoutMs: number): FunctionError {
  return new FunctionError({
    errorType: 'Sandbox.Timedout',
    errorMessage: `RequestId: ${requestId} Error: Task timed out after ${(timeoutMs / 1000).toFixed(2)} seconds`,
  });
}

/** The process ended by itself before the function had answered. */
export function exited(requestId: string, status: number): FunctionError {
  return exitError(
    requestId,
    status === 0
      ? 'Runtime exited without providing a reason'
      : `Runtime exited with error: exit status ${status}`,
  );
}

/** The process was ended from outside: for its memory, or by a host that failed. */
export function killed(requestId: string): FunctionError {
  return exitError(requestId, 'Runtime exited with error: signal: killed');
}

function exitError(requestId: string, reason: string): FunctionError {
  return new FunctionError({
    errorType: 'Runtime.ExitError',
    errorMessage: `RequestId: ${requestId} Error: ${reason}`,
  });
}
