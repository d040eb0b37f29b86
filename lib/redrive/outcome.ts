/** What became of a message of the failure queue or the quarantine queue. */
export interface Outcome {
  /** A message that is repaired has no use any more; one that is kept waits for a person, or for another time. */
  readonly kind: 'repaired' | 'kept';
  /** What was done, or why nothing more could be. */
  readonly detail: string;
}

/** An outcome of a message whose records are where they belong. */
export function repaired(detail: string): Outcome {
  return { kind: 'repaired', detail };
}

/** An outcome of a message that stays. */
export function kept(detail: string): Outcome {
  return { kind: 'kept', detail };
}

/** @example counted(2, 'record') // '2 records' */
export function counted(n: number, what: string): string {
  return `${n} ${what}${n === 1 ? '' : 's'}`;
}

/** What an error says, and what kind of error it is. */
export function errorText(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
