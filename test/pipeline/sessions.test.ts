import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import {
  count,
  definePipeline,
  PipelineError,
  sessions,
  sliding,
  source,
  tumbling,
} from '../../lib/index.ts';
import { shownMeasures, windowFinalAfter } from '../../lib/pipeline/pipeline.ts';

const MINUTE = 60_000;
const click = z.object({ at: z.number(), user: z.string() });
const clicks = source(click, { eventTime: (event) => event.at });

// As an author in JavaScript writes it.
type Loose = Record<string, unknown>;

const visits = (over: Loose = {}) =>
  clicks.aggregate({
    key: { user: (event) => event.user },
    pane: '30m',
    session: { gap: '30m', max: '12h' },
    measures: { n: count() },
    ...over,
  });
const define = (over: Loose = {}, alert?: Loose) =>
  definePipeline({
    aggregates: { visits: visits(over) },
    ...(alert && { alerts: { long: { on: 'visits', over: sessions(), when: () => true, ...alert } } }),
  });

describe('an aggregate with sessions', () => {
  it('keeps one measure in its panes, and shows those of its author', () => {
    const [aggregate] = define().aggregates;
    expect(aggregate?.session).toMatchObject({
      gap: 30 * MINUTE,
      max: 720 * MINUTE,
      longestRun: 2880 * MINUTE,
    });
    expect(aggregate?.measures.map(({ name, measure }) => [name, measure.kind])).toEqual([
      ['sessions', 'sessions(1800000,n=count)'],
    ]);
    expect(shownMeasures(aggregate!).map(({ name }) => name)).toEqual(['n']);
  });

  it('has its longest run begin and end between panes', () => {
    const [aggregate] = define({ pane: '7m', session: { gap: '5m', max: '10m' } }).aggregates;
    expect(aggregate?.session?.longestRun).toBe(42 * MINUTE);
  });

  it('may be derived from by its sessions, which are final once their last pane takes no more records', () => {
    const from = visits({ allowedLateness: '10m' });
    const longest = from.windows(sessions()).aggregate({ key: {}, pane: '1d', measures: { n: count() } });
    const pipeline = definePipeline({ aggregates: { from, longest } });

    expect(windowFinalAfter(pipeline.aggregates[0]!)).toBe(40 * MINUTE);
    expect(pipeline.aggregates[1]?.delay).toBe(40 * MINUTE);
  });

  it('may have rules that are judged on time or when sessions are final', () => {
    expect(define({}, {}).alerts[0]).toMatchObject({ delay: 0, size: 750 * MINUTE });
    expect(define({ allowedLateness: '10m' }, { judge: 'final' }).alerts[0]?.delay).toBe(40 * MINUTE);
  });
});

const other = clicks.aggregate({ key: {}, pane: '1m', measures: { n: count() } });

describe.each<[string, () => unknown, string, string, string]>([
  [
    'a max that is shorter than the pane',
    () => define({ pane: '1h', session: { gap: '30m', max: '30m' } }),
    'aggregates.visits.session.max',
    'is 30m, shorter than the pane',
    'take a longer max',
  ],
  [
    'a max of more than 1,000 panes',
    () => define({ pane: '1s', session: { gap: '10s', max: '17m' } }),
    'aggregates.visits.session.max',
    'is 17m, more than 1000 panes of 1s',
    'take a shorter max, or a longer pane',
  ],
  [
    'a pane of more than 16 gaps',
    () => define({ pane: '17m', session: { gap: '1m', max: '12h' } }),
    'aggregates.visits.session.gap',
    'is 1m, so that a pane of 17m may hold more than 16 sessions of one key',
    'take a pane of 16m at most',
  ],
  [
    'rollups of sessions',
    () => define({ rollups: ['1d'] }),
    'aggregates.visits.rollups',
    'makes no sense for sessions',
    'leave it out',
  ],
  [
    'sessions that outlive what they began with',
    () => define({ retain: '4d', allowedLateness: '1h' }),
    'aggregates.visits.retain',
    'is 4d, but sessions of up to 12h may need panes from 98h before',
    'retain them for at least 98h, or take a shorter max',
  ],
  [
    'windows over an aggregate with sessions',
    () => define({}, { over: tumbling('1h') }),
    'alerts.long.over',
    'is not sessions(), but visits gathers its events into sessions',
    'write sessions()',
  ],
  [
    'sessions over an aggregate without',
    () =>
      definePipeline({
        aggregates: { other },
        alerts: { long: { on: 'other', over: sessions(), when: () => true } },
      }),
    'alerts.long.over',
    'is sessions(), but other does not gather its events into sessions',
    "give other session: { gap: '30m', max: '12h' }",
  ],
  [
    'an aggregate derived from windows of one with sessions',
    () => {
      const from = visits();
      const derived = from
        .windows(sliding('1h', '30m'))
        .aggregate({ key: {}, pane: '1h', measures: { n: count() } });
      return definePipeline({ aggregates: { from, derived } });
    },
    'aggregates.derived.windows',
    'is not sessions()',
    'write sessions()',
  ],
  [
    'a session that is judged early',
    () => define({}, { judge: 'early' }),
    'alerts.long.judge',
    'is early, but a session is judged when it ends',
    'leave it out',
  ],
])('%s', (_what, load, field, problem, remedy) => {
  it('is refused on load, with the field, the problem and the remedy', () => {
    expect(load).toThrow(PipelineError);
    expect(load).toThrow(expect.objectContaining({ field }) as Error);
    expect(load).toThrow(problem);
    expect(load).toThrow(remedy);
  });
});
