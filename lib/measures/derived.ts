import { checkFunction, checkObject } from '../pipeline/check.ts';
import { checkPart } from './arguments.ts';
import { combine } from './combine.ts';
import type { Measure } from './measure.ts';

// Without it, the event could not be told by the measures, where no pipeline tells it.
type Members<Event> = Readonly<Record<string, Measure<Event, unknown>>>;

/**
 * Whatever follows from the results of several measures: they are kept as one, and `value` is called when they are read.
 *
 * @param measures by names of your choice; a renamed one begins anew, and the others with it
 * @param value pure, and defined for results over no values; what it gives is shown as JSON
 * @example
 * measures: {
 *   spread: derived({ most: max((flight) => flight.delay), least: min((flight) => flight.delay) },
 *     ({ most, least }) => most - least),
 * }
 */
export function derived<Event, Results extends object, Result>(
  measures: { readonly [Name in keyof Results]: Measure<Event, Results[Name]> } & Members<Event>,
  value: (results: Readonly<Results>) => Result,
): Measure<Event, Result, unknown[], readonly unknown[]> {
  checkObject(
    'first argument of derived()',
    measures,
    'give measures by name: { most: max((event) => event.delay) }',
  );
  // In the order of names, so that writing them in another order changes nothing that is stored.
  const members = Object.entries<Measure<Event, unknown>>(measures)
    .map(([name, measure]) => ({ name, measure }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const { name, measure } of members) checkPart(`measure ${name}`, 'derived', measure);
  checkFunction(
    'second argument of derived()',
    value,
    'give a function of the results: ({ most }) => most / 60',
  );
  const kinds = members.map(({ name, measure }) => `${name}=${measure.kind}`);
  return combine(`derived(${kinds.join(',')})`, members, (results) =>
    value(Object.fromEntries(members.map(({ name }, i) => [name, results[i]])) as Results),
  );
}
