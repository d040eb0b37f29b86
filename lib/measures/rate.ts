import { DurationError, parseDuration, type Duration } from '../time/duration.ts';
import { checkPart } from './arguments.ts';
import { count } from './count.ts';
import { ENCODING_VERSION, Reader } from './encoding.ts';
import type { Expansion } from './expansion.ts';
import type { NumberOf } from './finite.ts';
import type { Measure } from './measure.ts';
import { sum } from './sum.ts';

/**
 * Events per unit of time, or whatever a measure gives: its result, over the length of the pane or window that it is
 * read of. A window's rate is therefore not the sum of its panes' rates. In the totals that `weir replay` shows, it is over
 * the time from the first pane to the last one.
 *
 * @param of a function that takes a number out of an event, of which the sum is taken, or a measure; without it, events are
 * counted
 * @param per the unit of time; it may be changed later
 * @throws {DurationError} if `per` is not a duration
 * @example
 * measures: {
 *   views: rate('1s'),
 *   bytes: rate((view) => view.bytes, '1s'),
 *   errors: rate(count((view) => view.status >= 500), '1m'),
 * }
 */
export function rate<Event>(per: Duration): Measure<Event, number, number, number>;
export function rate<Event, Result extends number | null, Acc, Input>(
  of: Measure<Event, Result, Acc, Input>,
  per: Duration,
): Measure<Event, number | Extract<Result, null>, Acc, Input>;
export function rate<Event>(of: NumberOf<Event>, per: Duration): Measure<Event, number, Expansion, number>;
export function rate<Event>(
  ...args: [per: Duration] | [of: NumberOf<Event> | Measure<Event, number | null>, per: Duration]
): Measure<Event, number | null> {
  if (args.length === 1) return rateOf(count<Event>(), args[0]);
  const [of, per] = args;
  if (typeof of === 'function') return rateOf(sum(of), per);
  checkPart('first argument', 'rate', of);
  return rateOf(of, per);
}

function rateOf<Event, Acc, Input>(
  measure: Measure<Event, number | null, Acc, Input>,
  per: Duration,
): Measure<Event, number | null, Acc, Input> {
  const unit = readUnit(per);
  const kind = `rate(${measure.kind})`;
  return {
    ...measure,
    kind,
    result: (acc, context) => {
      if (context === undefined)
        throw new TypeError('a rate is read over a length of time; give the context');
      const total = measure.result(acc, context);
      return total === null ? null : total / (context.duration / unit);
    },
    encode: (acc) => Buffer.concat([Buffer.of(ENCODING_VERSION), measure.encode(acc)]),
    decode: (bytes) => measure.decode(new Reader(kind, bytes).take(bytes.length - 1)),
  };
}

// A measure is made before the aggregate that it belongs to, and cannot name its field: the call must do.
function readUnit(per: Duration): number {
  try {
    return parseDuration(per);
  } catch (error) {
    if (error instanceof DurationError)
      throw new DurationError(`unit of a rate: ${error.message}`, { cause: error });
    throw error;
  }
}
