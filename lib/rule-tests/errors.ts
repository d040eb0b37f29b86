/** A case that cannot be run as it is written: where in it, what is wrong, and what to do. */
export class CaseError extends Error {
  override readonly name = 'CaseError';

  /** @param field such as `expect.transitions[0]` */
  constructor(field: string, problem: string, remedy: string, options?: ErrorOptions) {
    super(`${field} ${problem}; ${remedy}`, options);
  }
}

/** Typed, but a case may be written in JavaScript. @throws {CaseError} if a value is no list */
export function checkList(field: string, value: unknown, remedy: string): void {
  if (!Array.isArray(value)) throw new CaseError(field, 'is no list', remedy);
}
