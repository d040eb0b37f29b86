import type { Keepable } from './json.ts';
import type { Measure } from './measure.ts';
import { stamped, type Stamped, type StampedAccumulator } from './stamped.ts';

/**
 * The value of the event with the least event time, exactly, in whatever order and split the events come. Of several
 * at that millisecond, the one whose JSON is least by UTF-16 code units, so that all readers see the same. `null` over
 * no values.
 *
 * The value is kept, and given back, as JSON: inside an object, what JSON does not hold (`undefined`, a Date) is
 * dropped or becomes text, as with `JSON.stringify`.
 *
 * @param of takes a text, a finite number, a boolean, a plain object or an array out of an event, of at most 1,024
 * bytes as JSON; anything else is quarantined; `null` and `undefined` are skipped
 * @example
 * measures: { opened: first((trade) => trade.price) }
 */
export function first<Event, Value extends Keepable>(
  of: (event: Event) => Value | null | undefined,
): Measure<Event, Value | null, StampedAccumulator, Stamped> {
  return stamped('first', of, (a, b) => a < b);
}
