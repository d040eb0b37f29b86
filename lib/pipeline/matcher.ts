import type { Matcher } from './pipeline.ts';

/** Whether an event has one of a matcher's values in each of its fields. @param value the event as it was decoded */
export function matches(when: Matcher, value: unknown): boolean {
  return Object.entries(when).every(([field, values]) => values.includes(fieldOf(value, field)));
}

/** The value of a top-level field; `undefined` if there is none. @param value an event as it was decoded */
export function fieldOf(value: unknown, field: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  return (value as Readonly<Record<string, unknown>>)[field];
}

/** Whether no event can match both of two matchers; `undefined` is matched by every event. */
export function areApart(one: Matcher | undefined, other: Matcher | undefined): boolean {
  if (one === undefined || other === undefined) return false;
  return Object.entries(one).some(([field, values]) => {
    const others = other[field];
    return others !== undefined && !values.some((value) => others.includes(value));
  });
}

/**
 * A matcher as its author wrote it.
 *
 * @example matcherText({ type: ['bid'], version: [1, 2] }) // '{"type":"bid","version":[1,2]}'
 */
export function matcherText(when: Matcher): string {
  const written = Object.entries(when).map(([field, values]) => [
    field,
    values.length === 1 ? values[0] : values,
  ]);
  return JSON.stringify(Object.fromEntries(written));
}
