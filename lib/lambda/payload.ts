import { RequestTooLargeError } from './errors.ts';

/**
 * The largest event of a synchronous invocation, bytes.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
 */
const MAXIMUM_BYTES = 6_291_456;

/**
 * An event as it travels: text, of which the function makes objects that nobody else has.
 *
 * @throws {RequestTooLargeError} if Lambda would refuse it for its size
 * @throws {TypeError} if it cannot be JSON
 */
export function toPayload(event: unknown): string {
  // Of a function, say, nothing is left.
  const json = (JSON.stringify(event) as string | undefined) ?? 'null';
  const bytes = Buffer.byteLength(json);
  if (bytes > MAXIMUM_BYTES) {
    throw new RequestTooLargeError(
      `The event has ${bytes} bytes: it must have at most ${MAXIMUM_BYTES} for a synchronous invocation`,
    );
  }
  return json;
}
