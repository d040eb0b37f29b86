import type { Matcher } from './silence.ts';

const MATCHER = /^\s*([A-Za-z][A-Za-z0-9_-]*)\s*(=~|!~|!=|=)\s*(.*?)\s*$/s;

/**
 * Reads a matcher as people write it; `undefined` if it is none.
 *
 * @example readMatcher('origin=~A.*') // { label: 'origin', operator: '=~', value: 'A.*' }
 */
export function readMatcher(text: string): Matcher | undefined {
  const [, label, operator, value] = MATCHER.exec(text) ?? [];
  if (label === undefined || operator === undefined || value === undefined) return undefined;
  return { label, operator: operator as Matcher['operator'], value };
}

/** A matcher as people write it. @example matcherWords({ label: 'origin', operator: '=', value: 'ATL' }) // 'origin=ATL' */
export function matcherWords({ label, operator, value }: Matcher): string {
  return `${label}${operator}${value}`;
}
