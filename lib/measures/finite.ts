/** What the measures over numbers take out of an event. */
export type NumberOf<Event> = (event: Event) => number | null | undefined;

/**
 * Says why an input is no number that can be added up, or `undefined` if it is one. Inputs are typed, but they
 * come from JSON by way of an author's function, so that anything may arrive here.
 */
export function refuseUnlessFinite(input: unknown): string | undefined {
  if (typeof input === 'number' && Number.isFinite(input)) return undefined;
  return `must be a finite number, got ${shown(input)}`;
}

/** A value as it stands in a refusal: short, whatever it is. */
export function shown(input: unknown): string {
  if (typeof input === 'string') return JSON.stringify(input.length > 40 ? `${input.slice(0, 40)}…` : input);
  if (Array.isArray(input)) return 'an array';
  if (typeof input === 'object' && input !== null) return 'an object';
  if (typeof input === 'function') return 'a function';
  return String(input);
}
