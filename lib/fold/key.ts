import type { Aggregate } from '../pipeline/pipeline.ts';

const BAR = 0x7c;
const BACKSLASH = 0x5c;

/**
 * A key as one text: the dimensions' values in order, joined by `|`. `|` and `\` within a value are escaped by `\`,
 * so that different keys have different texts.
 *
 * @example keyText(['ATL', 'JFK']) // 'ATL|JFK'
 */
export function keyText(values: readonly string[]): string {
  return values.map(escape).join('|');
}

/**
 * A dimension's value as it stands in a key's text, or `undefined` if it is neither text, a finite number nor a boolean,
 * or is text with half a surrogate pair.
 */
export function keyPart(value: unknown): string | undefined {
  if (typeof value === 'string') {
    if (isPlain(value)) return value;
    return value.isWellFormed() ? escape(value) : undefined;
  }
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : undefined;
  return typeof value === 'boolean' ? String(value) : undefined;
}

// One pass over the few characters of a value takes less time than one call of `includes`, let alone three.
function isPlain(value: string): boolean {
  for (let i = 0; i < value.length; i++) {
    const code = value.charCodeAt(i);
    if (code >= BAR || code === BACKSLASH) return false;
  }
  return true;
}

function escape(value: string): string {
  return value.replace(/[|\\]/g, '\\$&');
}

/** The dimensions' values of a text made by {@link keyText}. */
export function keyValues(text: string): string[] {
  if (!text.includes('\\')) return text.split('|');
  const values: string[] = [];
  let value = '';
  for (let i = 0; i < text.length; i++) {
    const char = text[i] ?? '';
    if (char === '|') {
      values.push(value);
      value = '';
    } else {
      value += char === '\\' ? (text[++i] ?? '') : char;
    }
  }
  return [...values, value];
}

/** A key as readers see it: each dimension's value under its name. */
export function keyRecord(
  { dimensions }: Pick<Aggregate, 'dimensions'>,
  text: string,
): Record<string, string> {
  const values = dimensions.length === 0 ? [] : keyValues(text);
  return Object.fromEntries(dimensions.map((dimension, i) => [dimension, values[i] ?? '']));
}
