import type { Lines } from './lines.ts';

/** Lines that are parsed by one call. */
export const TOGETHER = 64;

// Between the lines stand their numbers. A line that is more or less than one value moves a number from its place, or
// takes it in.
const SEPARATORS = Array.from({ length: TOGETHER }, (_, i) => `,${i},`);

/**
 * The values of several lines by one call of `JSON.parse`, which is a quarter faster than a call for each.
 *
 * @param to at most {@link TOGETHER} above `from`
 * @returns a value per line, or `undefined` if they must be read one by one: a line is blank, not text, or not exactly one
 * JSON value
 */
export function parseTogether(lines: Lines, from: number, to: number): unknown[] | undefined {
  let text = '[';
  for (let i = from; i < to; i++) {
    const line = lines[i];
    if (typeof line !== 'string' || line === '') return undefined;
    text += line;
    text += SEPARATORS[i - from] ?? '';
  }
  let parsed: unknown[];
  try {
    parsed = JSON.parse(`${text}0]`) as unknown[];
  } catch {
    return undefined;
  }
  const count = to - from;
  if (parsed.length !== 2 * count + 1) return undefined;
  const values: unknown[] = [];
  for (let i = 0; i < count; i++) {
    if (parsed[2 * i + 1] !== i) return undefined;
    values.push(parsed[2 * i]);
  }
  return values;
}
