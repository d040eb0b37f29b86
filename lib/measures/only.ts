import { checkPart, checkWhere } from './arguments.ts';
import type { Measure } from './measure.ts';

/**
 * Any measure over some of the events: one that does not match contributes nothing to it. Inputs of events that do not
 * match are not even taken, so that a value that would be refused is passed over in them.
 *
 * It is a function around the measure, and not an option of each, so that every measure has it, those that you write
 * yourself too, and in one form. How many events match is {@link count}`(where)`.
 *
 * @param where tells whether an event counts; pure, as it may be called again for the same event
 * @param measure what the events that match go into; stored and listed as without `where`
 * @example
 * measures: { longHaul: only((flight) => flight.distance > 2_000, mean((flight) => flight.delay)) }
 */
export function only<Event, Result, Acc, Input>(
  where: (event: Event) => boolean,
  measure: Measure<Event, Result, Acc, Input>,
): Measure<Event, Result, Acc, Input> {
  checkWhere('only', where);
  checkPart('second argument', 'only', measure);
  return {
    ...measure,
    input: (event, time) => (where(event) ? measure.input(event, time) : undefined),
  };
}
