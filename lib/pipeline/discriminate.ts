import { fieldOf, matches } from './matcher.ts';
import type { Matcher, Source } from './pipeline.ts';

/** Finds the source that an event is of, if there is one. */
export type Discriminate = (value: unknown) => Source | undefined;

/** A source, and what its events must have beside the value that it was found by. */
interface Candidate {
  readonly source: Source;
  readonly rest: Matcher | undefined;
}

/**
 * Tells the events of sources apart. Where each of them has values of its own in one field, that is one look into a map,
 * however many sources there are.
 *
 * @param sources of which every event is of one at most
 */
export function discriminate(sources: readonly Source[]): Discriminate {
  const [first] = sources;
  if (sources.length === 1 && first?.when === undefined) return () => first;
  const field = Object.keys(first?.when ?? {}).find((name) => isDistinct(sources, name));
  return field === undefined ? scan(sources) : lookUp(sources, field);
}

/** Whether all sources name a field, and no value of it twice. */
function isDistinct(sources: readonly Source[], field: string): boolean {
  const values = new Set<unknown>();
  for (const { when } of sources) {
    const own = when?.[field];
    if (own?.some((value) => values.has(value)) !== false) return false;
    for (const value of own) values.add(value);
  }
  return true;
}

function lookUp(sources: readonly Source[], field: string): Discriminate {
  const candidates = new Map<unknown, Candidate>();
  for (const source of sources) {
    const { [field]: values = [], ...others } = source.when ?? {};
    const rest = Object.keys(others).length === 0 ? undefined : others;
    for (const value of values) candidates.set(value, { source, rest });
  }
  return (value) => {
    const found = candidates.get(fieldOf(value, field));
    if (found === undefined) return undefined;
    return found.rest === undefined || matches(found.rest, value) ? found.source : undefined;
  };
}

function scan(sources: readonly Source[]): Discriminate {
  return (value) => sources.find(({ when }) => when === undefined || matches(when, value));
}
