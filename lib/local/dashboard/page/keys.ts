/** Values of an aggregate's dimensions. */
export type KeyValues = Readonly<Record<string, string>>;

/** A key as it is shown: `ORD`, or with several dimensions `ORD · ATL`. */
export function keyLabel(dimensions: readonly string[], values: KeyValues): string {
  return dimensions.map((dimension) => values[dimension] ?? '').join(' · ');
}

/**
 * Reads a key as alerts have it. A value may hold anything, blanks and equals signs too: what counts is where the next dimension's
 * name begins.
 *
 * @returns undefined if it is not a key of these dimensions
 * @example parseKey('origin=ORD destination=ATL', ['origin', 'destination']) // { origin: 'ORD', destination: 'ATL' }
 */
export function parseKey(text: string, dimensions: readonly string[]): KeyValues | undefined {
  const values: Record<string, string> = {};
  let rest = text;
  for (const [index, dimension] of dimensions.entries()) {
    if (!rest.startsWith(`${dimension}=`)) return undefined;
    rest = rest.slice(dimension.length + 1);
    const next = dimensions[index + 1];
    const end = next === undefined ? rest.length : rest.indexOf(` ${next}=`);
    if (end === -1) return undefined;
    values[dimension] = rest.slice(0, end);
    rest = rest.slice(end + 1);
  }
  return rest === '' ? values : undefined;
}

/** Reads what somebody typed: a key as alerts have it, or as it is shown. */
export function typedKey(text: string, dimensions: readonly string[]): KeyValues | undefined {
  const written = text.trim();
  if (written === '') return undefined;
  const parsed = parseKey(written, dimensions);
  if (parsed !== undefined) return parsed;
  const parts = dimensions.length === 1 ? [written] : written.split(/\s*[·,]\s*/);
  if (parts.length !== dimensions.length || parts.includes('')) return undefined;
  return Object.fromEntries(dimensions.map((dimension, index) => [dimension, parts[index] ?? '']));
}
