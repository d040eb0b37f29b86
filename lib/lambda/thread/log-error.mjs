import { describeError } from './describe-error.mjs';

/**
 * Writes an error to the function's log, as Lambda's runtime for Node.js does.
 *
 * @param {string} what such as `Invoke Error`
 * @param {unknown} error
 * @param {string | undefined} requestId undefined while the module loads
 */
export function logError(what, error, requestId) {
  const { errorType, errorMessage, trace } = describeError(error);
  const json = JSON.stringify({ errorType, errorMessage, stack: trace });
  process.stderr.write(`${new Date().toISOString()}\t${requestId}\tERROR\t${what} \t${json}\n`);
}
