/** Recorded events cannot be played as it was asked for. */
export class PlaybackError extends Error {
  override readonly name = 'PlaybackError';
}
