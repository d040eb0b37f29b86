import { checkPart } from './arguments.ts';
import { combine } from './combine.ts';
import type { Measure } from './measure.ts';

/**
 * One measure over another, such as the share of late flights: both are kept, and divided when they are read, so that a
 * window's ratio weighs its panes as it should. `null` if the denominator is 0, or if one of the two has no values.
 *
 * @example
 * measures: { lateShare: ratio(count((flight) => flight.delay > 15), count()) }
 */
export function ratio<Event>(
  numerator: Measure<Event, number | null>,
  denominator: Measure<Event, number | null>,
): Measure<Event, number | null, unknown[], readonly unknown[]> {
  const members = [
    { name: 'numerator', measure: numerator },
    { name: 'denominator', measure: denominator },
  ];
  for (const { name, measure } of members) checkPart(name, 'ratio', measure);
  return combine(`ratio(${numerator.kind},${denominator.kind})`, members, ([above, below]) =>
    hasValue(above) && hasValue(below) && below !== 0 ? above / below : null,
  );
}

function hasValue(result: unknown): result is number {
  return typeof result === 'number' && !Number.isNaN(result);
}
