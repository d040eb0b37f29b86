import type { Aggregate } from '../pipeline/pipeline.ts';

/**
 * A key as one text: the dimensions' values in order, joined by `|`. `|` and `\` within a value are escaped by `\`,
 * so that different keys have different texts.
 *
 * @example keyText(['ATL', 'JFK']) // 'ATL|JFK'
 */
export function keyText(values: readonly string[]): string {
  if (values.length === 1) return escape(values[0] ?? '');
  let text = '';
  for (let i = 0; i < values.length; i++)
    text += i === 0 ? escape(values[i] ?? '') : `|${escape(values[i] ?? '')}`;
  return text;
}

function escape(value: string): string {
  return value.includes('|') || value.includes('\\') ? value.replace(/[|\\]/g, '\\$&') : value;
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
export function keyRecord(aggregate: Aggregate, text: string): Record<string, string> {
  const values = aggregate.dimensions.length === 0 ? [] : keyValues(text);
  return Object.fromEntries(aggregate.dimensions.map((dimension, i) => [dimension, values[i] ?? '']));
}
