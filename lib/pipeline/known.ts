import { editDistance } from '../text/edit-distance.mjs';

/** A field that nothing reads, and what its author may have meant. */
export interface Unknown {
  readonly field: string;
  readonly remedy: string;
}

// Letters to add, leave out or change: two swapped ones are two changes.
const MOST_EDITS = 2;

/** The first field of an object that is not among the known ones: a definition may be written without a check of types. */
export function findUnknown(value: object, known: readonly string[]): Unknown | undefined {
  const field = Object.keys(value).find((name) => !known.includes(name));
  if (field === undefined) return undefined;
  const near = known.find((name) => isNear(field.toLowerCase(), name.toLowerCase()));
  const list = `known are ${known.join(', ')}`;
  return { field, remedy: near === undefined ? list : `did you mean ${near}? (${list})` };
}

function isNear(name: string, known: string): boolean {
  return editDistance(name, known) <= Math.min(MOST_EDITS, known.length / 2);
}
