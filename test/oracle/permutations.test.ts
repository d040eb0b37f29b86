import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { evaluate } from '../../lib/alerts/evaluate.ts';
import type { AlertState } from '../../lib/alerts/state.ts';
import type { StreamRecord } from '../../lib/decode/record.ts';
import { foldBatch } from '../../lib/fold/batch.ts';
import { createInterpreter } from '../../lib/fold/interpret.ts';
import type { LaneProgress } from '../../lib/fold/lane.ts';
import { emptyPane, mergeAccs, resultsOf, type Pane } from '../../lib/fold/pane.ts';
import { hasSessions, sessionsOf } from '../../lib/fold/sessions.ts';
import {
  count,
  definePipeline,
  distinct,
  first,
  histogram,
  last,
  max,
  mean,
  min,
  quantile,
  sessions,
  sliding,
  source,
  sum,
  topK,
  tumbling,
} from '../../lib/index.ts';
import type { Judging } from '../../lib/pipeline/alert-definition.ts';
import type { Aggregate, Pipeline } from '../../lib/pipeline/pipeline.ts';
import { Replay } from '../../lib/replay/replay.ts';
import { applyPanes } from '../../lib/store/apply.ts';
import { isWithoutRecords, readPaneItem } from '../../lib/store/pane-item.ts';
import type { WindowShape } from '../../lib/time/window.ts';
import { streamRecord } from '../support/kinesis.ts';
import { MemoryAlertStore, MemoryPaneReader, MemoryTimerStore } from '../support/memory-alerts.ts';
import { noDerivations } from '../support/memory-derived.ts';
import { noDispatching } from '../support/memory-dispatch.ts';
import { MemoryPaneStore, nameOf } from '../support/memory-pane-store.ts';
import { noRollups } from '../support/memory-rollups.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
// A quarter of an hour before the day in Berlin on which clocks go forward.
const T0 = Date.UTC(2024, 2, 30, 22, 45);
const OUT_OF_ORDER = 2 * MINUTE;

const hit = z.object({ at: z.number(), page: z.string(), ms: z.number() });
type Hit = z.output<typeof hit>;

/** What may differ by how far a stream is out of order. */
interface Terms {
  readonly lateness: '0s' | '10m';
  readonly judge: readonly Judging[];
}

/** Every kind of measure, window, session and rule whose results are to be the same to the last bit. */
function pipelineOf({ lateness, judge }: Terms): Pipeline {
  const measures = {
    n: count<Hit>(),
    total: sum((one: Hit) => one.ms),
    average: mean((one: Hit) => one.ms),
    least: min((one: Hit) => one.ms),
    most: max((one: Hit) => one.ms),
    first: first((one: Hit) => one.ms),
    last: last((one: Hit) => one.ms),
    values: distinct((one: Hit) => one.ms),
    common: topK((one: Hit) => one.ms, 2),
    p90: quantile((one: Hit) => one.ms, 0.9),
    buckets: histogram((one: Hit) => one.ms, [1, 10]),
  };
  const hits = source(hit, { eventTime: (one) => one.at });
  const common = { allowedLateness: lateness, measures };
  const key = { page: (one: Hit) => one.page };
  const pages = hits.aggregate({ key, pane: '1m', ...common });
  const all = hits.aggregate({ key: {}, pane: '5m', ...common });
  const visits = hits.aggregate({ key, pane: '5m', session: { gap: '3m', max: '20m' }, ...common });
  const alerts = judge.map((when) => ({
    [`busy-${when}`]: {
      on: 'pages' as const,
      over: sliding('3m', '1m'),
      judge: when,
      when: (window: { n: number; average: number }) => window.n >= 3 && window.average > 5,
      clear: (window: { n: number }) => window.n < 2,
    },
    [`quiet-${when}`]: {
      on: 'all' as const,
      over: tumbling('10m', { offset: '5m' }),
      judge: when,
      when: (window: { n: number }) => window.n < 8,
    },
    [`visit-${when}`]: {
      on: 'visits' as const,
      over: sessions(),
      judge: when,
      when: (visit: { n: number }) => visit.n > 3,
    },
  }));
  return definePipeline({
    maxOutOfOrderness: '2m',
    aggregates: { pages, all, visits },
    alerts: Object.assign({}, ...alerts) as (typeof alerts)[number],
  });
}

/** How a stream comes: which lane each event is in, how late it comes there, and in what batches the lanes are read. */
interface Arrangement {
  readonly lanes: number;
  readonly events: readonly { readonly lane: number; readonly delay: number }[];
  readonly batches: readonly { readonly lane: number; readonly size: number }[];
}

const stream = fc
  .array(
    fc.record({
      after: fc.oneof(
        { weight: 8, arbitrary: fc.integer({ min: 0, max: 6 }) },
        { weight: 1, arbitrary: fc.integer({ min: 12, max: 60 }) },
      ),
      page: fc.constantFrom('home', 'cart'),
      ms: fc.constantFrom(0.1, 0.2, 0.3, 1e16, -1e16, 7, 12.5),
    }),
    { minLength: 1, maxLength: 60, size: 'max' },
  )
  .map((drawn): Hit[] => {
    let at = T0;
    return drawn.map(({ after, page, ms }) => ({ at: (at += after * 10 * SECOND), page, ms }));
  });

const arrangement: fc.Arbitrary<Arrangement> = fc.record({
  lanes: fc.integer({ min: 1, max: 3 }),
  events: fc.array(fc.record({ lane: fc.nat(2), delay: fc.double({ min: 0, max: 1, noNaN: true }) }), {
    minLength: 60,
    maxLength: 60,
    size: 'max',
  }),
  batches: fc.array(fc.record({ lane: fc.nat(2), size: fc.integer({ min: 1, max: 12 }) }), { maxLength: 40 }),
});

const IN_ORDER: Arrangement = { lanes: 1, events: [], batches: [] };

interface Batch {
  readonly lane: number;
  readonly hits: readonly Hit[];
  readonly isLast: boolean;
}

/** The stream as it is arranged. Within a lane, no event comes after one that is more than `bound` later. */
function batchesOf(hits: readonly Hit[], { lanes, events, batches }: Arrangement, bound: number): Batch[] {
  const placed = hits.map((one, i) => {
    const { lane, delay } = events[i] ?? { lane: 0, delay: 0 };
    return { one, lane: lane % lanes, comes: one.at + delay * bound };
  });
  const rest = Array.from({ length: lanes }, (_, lane) =>
    placed
      .filter((place) => place.lane === lane)
      .sort((a, b) => a.comes - b.comes)
      .map(({ one }) => one),
  );
  const given: Batch[] = [];
  const take = (lane: number, size: number): void => {
    const taken = rest[lane]!.splice(0, size);
    if (taken.length > 0) given.push({ lane, hits: taken, isLast: rest[lane]!.length === 0 });
  };
  for (const { lane, size } of batches) take(lane % lanes, size);
  for (let lane = 0; lane < lanes; lane++) take(lane, Infinity);
  return given;
}

/** All that came of a stream, as lines in an order of their own. */
interface Came {
  readonly panes: string[];
  readonly windows: string[];
  readonly alerts: string[];
}

function lineOf(
  aggregate: Aggregate,
  key: string,
  start: number,
  end: number,
  accs: readonly unknown[],
): string {
  return JSON.stringify([aggregate.name, key, start, end, resultsOf(aggregate, accs, end - start)]);
}

function alertLine({ alert, key, status, at, version, value }: AlertState): string {
  return JSON.stringify([alert, key, version, status, at, value]);
}

const WINDOWS: ReadonlyMap<string, WindowShape> = new Map([
  ['pages', sliding('3m', '1m')],
  ['all', tumbling('1d', { zone: 'Europe/Berlin' })],
]);

function replayed(pipeline: Pipeline, lanes: number, batches: readonly Batch[]): Came {
  const run = (windows?: ReadonlyMap<string, WindowShape>): { lines: string[]; alerts: string[] } => {
    const [lines, alerts]: [string[], string[]] = [[], []];
    const replay = new Replay(
      pipeline,
      {
        pane: ({ aggregate, key, start, end, accs }) => lines.push(lineOf(aggregate, key, start, end, accs)),
        alert: (transition) => alerts.push(alertLine(transition)),
        refused: ({ detail }) => {
          throw new Error(detail);
        },
      },
      windows,
    );
    const known = Array.from({ length: lanes }, () => replay.lane());
    const used = new Set(batches.map(({ lane }) => lane));
    for (const [i, lane] of known.entries()) if (!used.has(i)) replay.end(lane);
    for (const { lane, hits, isLast } of batches) {
      for (const one of hits) expect(replay.add(known[lane]!, one, undefined)).toBeUndefined();
      if (isLast) replay.end(known[lane]!);
    }
    replay.finish();
    return { lines: lines.sort(), alerts: alerts.sort() };
  };
  const { lines, alerts } = run();
  return { panes: lines, windows: run(WINDOWS).lines, alerts };
}

/** What is stored, and told of, when each batch is applied to the store and whoever judges looks after each. */
async function live(
  pipeline: Pipeline,
  lanes: number,
  batches: readonly Batch[],
): Promise<Omit<Came, 'windows'>> {
  const store = new MemoryPaneStore();
  const [reader, alerts, timers] = [new MemoryPaneReader(), new MemoryAlertStore(), new MemoryTimerStore()];
  const interpret = createInterpreter(pipeline);
  const evaluation = {
    ...{
      pipeline,
      panes: reader,
      alerts,
      timers,
      rollups: noRollups,
      derivations: noDerivations,
      dispatching: noDispatching,
    },
    concurrency: 2,
  };
  const apply = { pipeline, store, interpret, concurrency: 2, mayGoOn: () => true };
  const used = [...new Set(batches.map(({ lane }) => lane))];
  const progress = new Map<number, LaneProgress>();
  const merged = new Map<string, Pane>();
  let sequence = 0;

  /** The pane of all lanes, as a reader of the table sees it. */
  function mergedPane({ aggregate, key, start }: Pane): Pane {
    const pane = emptyPane(aggregate, key, start, '1');
    for (let lane = 0; lane < lanes; lane++) {
      const item = store.items.get(nameOf({ aggregate, key, start, lane: String(lane) }));
      if (item === undefined || isWithoutRecords(item)) continue;
      mergeAccs(aggregate, pane.accs, readPaneItem(aggregate, item).accs);
    }
    return pane;
  }

  for (const { lane, hits } of batches) {
    const records = hits.map((one): StreamRecord => streamRecord(sequence++, one));
    const before = progress.get(lane);
    const folded = foldBatch(
      pipeline,
      { lane: String(lane), source: 'hits', shard: String(lane), records },
      before,
      {
        interpret,
      },
    );
    expect([folded.late, folded.quarantined]).toEqual([[], []]);
    expect((await applyPanes(apply, folded, before)).errors).toEqual([]);
    progress.set(lane, folded.progress!);
    const [fresh, updated]: [Pane[], Pane[]] = [[], []];
    for (const pane of folded.panes) {
      const name = nameOf({ ...pane, lane: '' });
      (merged.has(name) ? updated : fresh).push(pane);
      merged.set(name, mergedPane(pane));
    }
    reader.put(...merged.values());
    const times = used.map((one) => progress.get(one)?.maxEventTime ?? -Infinity);
    reader.watermark = Math.max(reader.watermark, Math.min(...times) - OUT_OF_ORDER);
    const named = (panes: readonly Pane[]) =>
      panes.map(({ aggregate, key, start }) => ({
        aggregate: aggregate.name,
        key,
        start,
        lane: String(lane),
      }));
    await evaluate(evaluation, named(fresh), named(updated));
  }
  // A replay judges what was over when the recording ended.
  reader.watermark = Math.max(...[...progress.values()].map(({ maxEventTime }) => maxEventTime));
  await evaluate(evaluation, []);

  const panes = pipeline.aggregates.flatMap((aggregate) => {
    const own = [...merged.values()].filter((pane) => pane.aggregate === aggregate);
    if (!hasSessions(aggregate))
      return own.map(({ key, start, accs }) => lineOf(aggregate, key, start, start + aggregate.pane, accs));
    return [...new Set(own.map(({ key }) => key))].flatMap((key) => {
      const sorted = own.filter((pane) => pane.key === key).sort((a, b) => a.start - b.start);
      const cut = sessionsOf(aggregate, sorted).sessions;
      return cut.map(({ start, end, accs }) => lineOf(aggregate, key, start, end, accs));
    });
  });
  return { panes: panes.sort(), alerts: alerts.stream.map(alertLine).sort() };
}

describe.each<[string, number, Terms]>([
  ['maxOutOfOrderness', OUT_OF_ORDER, { lateness: '0s', judge: ['onTime', 'final'] }],
  ['the allowed lateness', OUT_OF_ORDER + 10 * MINUTE, { lateness: '10m', judge: ['final'] }],
])('of a stream that is disordered within %s, any order, lanes and batches', (_bound, bound, terms) => {
  const pipeline = pipelineOf(terms);

  it('give the same panes, windows, sessions and alerts in a replay', () => {
    const seen = { panes: 0, windows: 0, alerts: 0 };
    fc.assert(
      fc.property(stream, arrangement, (hits, arranged) => {
        const canonical = replayed(pipeline, 1, batchesOf(hits, IN_ORDER, bound));

        expect(replayed(pipeline, arranged.lanes, batchesOf(hits, arranged, bound))).toEqual(canonical);

        for (const what of ['panes', 'windows', 'alerts'] as const) seen[what] += canonical[what].length;
      }),
      { numRuns: 150 },
    );
    for (const times of Object.values(seen)) expect(times).toBeGreaterThan(200);
  });

  it('give the same panes, sessions and alerts live', async () => {
    await fc.assert(
      fc.asyncProperty(stream, arrangement, async (hits, arranged) => {
        const { panes, alerts } = replayed(pipeline, 1, batchesOf(hits, IN_ORDER, bound));

        expect(await live(pipeline, arranged.lanes, batchesOf(hits, arranged, bound))).toEqual({
          panes,
          alerts,
        });
      }),
      { numRuns: 100 },
    );
  });
});
