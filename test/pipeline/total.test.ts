import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import {
  count,
  definePipeline,
  derived,
  only,
  PipelineError,
  rate,
  ratio,
  source,
  tumbling,
} from '../../lib/index.ts';
import type { Measure } from '../../lib/measures/measure.ts';

interface Event {
  readonly at: number;
}
const schema = z.object({ at: z.number() });
const DAY = 86_400_000;

const withMeasure = (measure: Measure<Event, unknown>, over: object = {}) =>
  definePipeline(schema, {
    eventTime: (event) => event.at,
    aggregates: { total: { key: {}, pane: 'global', measures: { n: count(), other: measure }, ...over } },
  });

function problemOf(define: () => unknown): string {
  try {
    define();
  } catch (error) {
    expect(error).toBeInstanceOf(PipelineError);
    return (error as Error).message.replace(/^pipeline: /, '');
  }
  return 'none';
}

describe('a running total', () => {
  it('is one pane without end, and kept for ten years after its last event unless told otherwise', () => {
    expect(withMeasure(count()).aggregates[0]).toMatchObject({ pane: Infinity, retain: 3650 * DAY });
    expect(withMeasure(count(), { retain: '7d' }).aggregates[0]?.retain).toBe(7 * DAY);
  });

  it.each<[what: string, measure: Measure<Event, unknown>]>([
    ['a rate', rate('1s')],
    ['a rate of some events', only(() => true, rate('1s'))],
    ['a ratio of rates', ratio(rate('1s'), rate('1m'))],
    ['what follows from a rate', derived({ n: count<Event>(), perSecond: rate<Event>('1s') }, ({ n }) => n)],
  ])('has no length that %s could be over', (_what, measure) => {
    expect(problemOf(() => withMeasure(measure))).toBe(
      "aggregates.total.measures.other is a rate, but a running total is over all of time, which has no length to divide by; take count() or sum(…), or give a pane such as '1h'",
    );
  });

  it('takes a measure that only has the word in its name', () => {
    const named = derived({ rate: count<Event>() }, (results) => results.rate);

    expect(withMeasure({ ...named, kind: 'operate(count)' }).aggregates).toHaveLength(1);
    expect(withMeasure(named).aggregates).toHaveLength(1);
  });

  it.each([['allowedLateness'], ['session'], ['rollups']])('has no %s', (field) => {
    const over = { allowedLateness: '1h', session: { gap: '1m', max: '1h' }, rollups: ['1d'] };

    expect(problemOf(() => withMeasure(count(), { [field]: over[field as keyof typeof over] }))).toBe(
      `aggregates.total.${field} makes no sense for a running total, which has one pane for all of time; leave it out, or give a pane such as 1h`,
    );
  });

  it('has no windows that a rule could judge', () => {
    const withRule = () =>
      definePipeline(schema, {
        eventTime: (event) => event.at,
        aggregates: { total: { key: {}, pane: 'global', measures: { n: count() } } },
        alerts: { many: { on: 'total', over: tumbling('1h'), when: (window) => window.n > 3 } },
      });

    expect(problemOf(withRule)).toBe(
      "alerts.many.on names total, a running total, which has no windows to be judged; take an aggregate with panes, such as a second one with pane: '1h'",
    );
  });

  it('has no windows that another aggregate could be over', () => {
    const events = source(schema, { eventTime: (event) => event.at });
    const total = events.aggregate({ key: {}, pane: 'global', measures: { n: count() } });
    const over = total.windows(tumbling('1h')).aggregate({ key: {}, pane: '1h', measures: { n: count() } });

    expect(problemOf(() => definePipeline({ aggregates: { total, over } }))).toBe(
      'aggregates.over is over windows of total, which is a running total and has none; derive it from an aggregate with panes',
    );
  });
});
