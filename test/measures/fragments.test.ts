import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fragments, sessionMeasure, type Fragment, type TimedInput } from '../../lib/measures/fragments.ts';
import { count, distinct, mean, sum, type Measure } from '../../lib/measures/index.ts';
import { describeLawsOver } from './laws.ts';

interface Runs {
  readonly first: number;
  readonly last: number;
  readonly value: unknown;
}

/** The measure with its runs as its result: the laws are of these. */
function withRuns<Result, Acc, Input>(
  gap: number,
  inner: Measure<never, Result, Acc, Input>,
): Measure<never, Runs[], Fragment<Acc>[], TimedInput<Input>> {
  return {
    ...fragments(gap, inner),
    result: (runs) => runs.map(({ first, last, acc }) => ({ first, last, value: inner.result(acc) })),
  };
}

// Times from one end of a few gaps to the other, so that runs are made, joined and kept apart.
const timed = <Input>(values: fc.Arbitrary<Input>): fc.Arbitrary<TimedInput<Input>> =>
  fc.record({ time: fc.integer({ min: 0, max: 400 }), value: fc.option(values, { nil: undefined }) });

describeLawsOver(
  withRuns(
    10,
    sum<never>(() => 0),
  ),
  {
    values: timed(fc.double({ noNaN: true, min: -1e9, max: 1e9 })),
    samples: [
      { time: 1, value: 0.1 },
      { time: 10, value: 1e16 },
      { time: 30, value: undefined },
    ],
  },
);
describeLawsOver(
  withRuns(
    25,
    distinct<never>(() => null),
  ),
  {
    values: timed(fc.constantFrom('a', 'b', 'c')),
    samples: [
      { time: 1, value: 'a' },
      { time: 400, value: 'b' },
      { time: 30, value: 'c' },
    ],
  },
);

/** Runs of times: sorted, and parted wherever two neighbours are a gap or more apart. */
function bruteRuns(times: readonly number[], gap: number): { first: number; last: number; value: number }[] {
  const runs: number[][] = [];
  for (const time of [...times].sort((a, b) => a - b)) {
    const before = runs.at(-1)?.at(-1) ?? -Infinity;
    if (time - before < gap) runs.at(-1)?.push(time);
    else runs.push([time]);
  }
  return runs.map((run) => ({ first: run[0]!, last: run.at(-1)!, value: run.length }));
}

describe('runs of events', () => {
  it('are parted where two neighbours are a gap or more apart, however they are split', () => {
    const measure = withRuns(10, count<never>());
    fc.assert(
      fc.property(
        fc.array(fc.array(fc.integer({ min: 0, max: 300 }), { maxLength: 20 }), { maxLength: 5 }),
        (parts) => {
          const accs = parts.map((times) =>
            times.reduce((acc, time) => measure.add(acc, { time, value: 1 }), measure.empty()),
          );
          const all = accs.reduce((into, from) => measure.merge(into, from), measure.empty());

          expect(measure.result(all)).toEqual(bruteRuns(parts.flat(), 10));
        },
      ),
    );
  });

  it('hold events that have no value', () => {
    const measure = withRuns(
      10,
      sum<never>(() => 0),
    );
    const acc = measure.add(measure.add(measure.empty(), { time: 5, value: 2 }), {
      time: 9,
      value: undefined,
    });

    expect(measure.result(acc)).toEqual([{ first: 5, last: 9, value: 2 }]);
  });
});

interface Visit {
  readonly ms?: number | null;
  readonly page: string;
}

describe('the measure of sessions', () => {
  const pages = { name: 'pages', measure: count<Visit>() };
  const ms = { name: 'ms', measure: mean<Visit>((event) => event.ms) };
  const { measure } = sessionMeasure({ gap: 10, measures: [pages, ms] as never });

  const over = (...events: readonly [number, Visit][]) =>
    events.reduce((acc, [time, event]) => measure.add(acc, measure.input(event, time)), measure.empty());

  it("gives its author's measures over all events, in their order", () => {
    const acc = over([1, { page: 'a', ms: 10 }], [5, { page: 'b' }], [90, { page: 'c', ms: 50 }]);

    expect(Object.entries(measure.result(acc) as object)).toEqual([
      ['pages', 3],
      ['ms', 30],
    ]);
    expect(measure.result(measure.empty())).toEqual({ pages: 0, ms: NaN });
  });

  it('is stored alike in whatever order the measures are written, and anew if one is another or the gap is', () => {
    const kindOf = (gap: number, measures: readonly unknown[]) =>
      sessionMeasure({ gap, measures: measures as never }).measure.kind;

    expect(kindOf(10, [pages, ms])).toBe('sessions(10,ms=mean,pages=count)');
    expect(kindOf(10, [ms, pages])).toBe(kindOf(10, [pages, ms]));
    expect(kindOf(11, [ms, pages])).not.toBe(kindOf(10, [pages, ms]));
    expect(kindOf(10, [pages])).not.toBe(kindOf(10, [pages, ms]));
  });

  it('names the measure that refuses a value', () => {
    const input = measure.input({ page: 'a', ms: NaN }, 1);

    expect(measure.refuse(input)).toBe('(ms) must be a finite number, got NaN');
    expect(measure.refuse(measure.input({ page: 'a' }, 1))).toBeUndefined();
  });
});
