/** A source that cannot be read: which one, why, and what to do. */
export class InputError extends Error {
  override readonly name = 'InputError';
  /** Path of the file, or `-` for standard input. */
  readonly source: string;

  constructor(source: string, problem: string, options?: ErrorOptions) {
    super(`${source === '-' ? 'standard input' : source}: ${problem}`, options);
    this.source = source;
  }
}
