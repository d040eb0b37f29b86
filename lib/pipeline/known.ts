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
  return edits(name, known) <= Math.min(MOST_EDITS, known.length / 2);
}

/** The Levenshtein distance of two texts. */
function edits(a: string, b: string): number {
  let before = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (const [i, letter] of Array.from(a).entries()) {
    const row = [i + 1];
    for (const [j, other] of Array.from(b).entries()) {
      const changed = (before[j] ?? 0) + (letter === other ? 0 : 1);
      row.push(Math.min(changed, (before[j + 1] ?? 0) + 1, (row[j] ?? 0) + 1));
    }
    before = row;
  }
  return before[b.length] ?? 0;
}
