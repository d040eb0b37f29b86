import { types } from 'node:util';

/**
 * What the caller is told of whatever was thrown, as Lambda's runtime for Node.js puts it.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/nodejs-exceptions.html
 * @returns {import('../errors.ts').ErrorPayload}
 */
export function describeError(thrown) {
  try {
    if (types.isNativeError(thrown) || looksLikeError(thrown)) {
      return {
        errorType: String(thrown.name),
        errorMessage: String(thrown.message),
        trace: String(thrown.stack).split('\n'),
      };
    }
    return { errorType: typeof thrown, errorMessage: String(thrown), trace: [] };
  } catch {
    return { errorType: 'handled', errorMessage: 'what was thrown cannot be described', trace: [] };
  }
}

/** An error of the runtime's own: `Runtime.HandlerNotFound`. */
export function runtimeError(kind, message) {
  const error = new Error(message);
  error.name = `Runtime.${kind}`;
  return error;
}

function looksLikeError(thrown) {
  return ['name', 'message', 'stack'].every((field) => typeof thrown?.[field] === 'string');
}
