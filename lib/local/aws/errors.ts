/** The embedded AWS did not start, or died while it was in use. */
export class EmbeddedAwsError extends Error {
  override readonly name = 'EmbeddedAwsError';
}
