/** A command that cannot be carried out as it was given. Its message is all that the user is shown. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
}
