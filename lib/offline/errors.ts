/** A service that cannot be run by `serverless offline`; the message says why and what to do. */
export class OfflineError extends Error {
  override readonly name = 'OfflineError';
}
