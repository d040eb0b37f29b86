import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createInterpreter } from '../../lib/fold/interpret.ts';
import { handleAggregate } from '../../lib/handle/aggregate.ts';
import { count, definePipeline, max, sliding, tumbling } from '../../lib/index.ts';
import type { AlertDefinition } from '../../lib/pipeline/alert-definition.ts';
import type { Pipeline } from '../../lib/pipeline/pipeline.ts';
import { kinesisRecord } from '../support/kinesis.ts';
import { MemoryPaneStore } from '../support/memory-pane-store.ts';
import { MINUTE, T0, view } from '../support/pipeline.ts';

type Rules = Readonly<Record<string, AlertDefinition<'views', { n: number; slowest: number }>>>;

/** Views by page, and in all, with these rules on the first. */
const withRules = (alerts: Rules): Pipeline =>
  definePipeline(view, {
    eventTime: (event) => event.at,
    aggregates: {
      views: {
        key: { page: (event) => event.page },
        pane: '1m',
        measures: { n: count(), slowest: max((event) => event.ms) },
      },
      visitors: { key: { user: (event) => event.user }, pane: '5m', measures: { n: count() } },
      ever: { key: {}, pane: 'global', measures: { n: count() } },
    },
    alerts,
  });

const on = 'views';
const when = (window: { readonly n: number }): boolean => window.n > 2;
const bare = withRules({});
const covered = withRules({
  hour: { on, over: tumbling('1h'), when },
  slidingHour: { on, over: sliding('1h', '1m'), when },
  quarter: { on, over: sliding('15m', '5m'), when, judge: 'early' },
  day: { on, over: sliding('1d', '1h'), when, judge: 'final' },
});

interface Seen {
  readonly after: number;
  readonly page: string;
  readonly user: string;
}

const seen: fc.Arbitrary<Seen> = fc.record({
  after: fc.constantFrom(0, 5_000, 20_000, 3 * MINUTE),
  page: fc.constantFrom('home', 'cart', 'news'),
  user: fc.constantFrom('ann', 'bob'),
});
/** Batches of one lane, event time going on in order. */
const batches = fc.array(fc.array(seen, { minLength: 1, maxLength: 30 }), { minLength: 1, maxLength: 6 });

/** Pane writes by batch. */
async function writesOf(pipeline: Pipeline, list: readonly (readonly Seen[])[]): Promise<number[]> {
  const store = new MemoryPaneStore();
  const context = {
    pipeline,
    interpret: createInterpreter(pipeline),
    store,
    quarantine: () => Promise.reject(new Error('nothing is to be set aside')),
    concurrency: 4,
    mayGoOn: () => true,
  };
  const writes: number[] = [];
  for (const Records of recordsOf(list)) {
    const before = putsOf(store);
    await handleAggregate(context, { Records });
    writes.push(putsOf(store) - before);
  }
  return writes;
}

function putsOf(store: MemoryPaneStore): number {
  return store.operations.filter(({ kind }) => kind === 'putPane').length;
}

function timed(list: readonly (readonly Seen[])[]): (Seen & { readonly at: number })[][] {
  let at = T0;
  return list.map((batch) => batch.map((one) => ({ ...one, at: (at += one.after) })));
}

function recordsOf(list: readonly (readonly Seen[])[]): ReturnType<typeof kinesisRecord>[][] {
  let n = 0;
  return timed(list).map((batch) =>
    batch.map(({ at, page, user }) => kinesisRecord(n++, { at, page, user, ms: 1 })),
  );
}

/** How many (aggregate, key, pane) a batch has to do with. */
function touched(batch: readonly (Seen & { readonly at: number })[]): number {
  const panes = batch.flatMap(({ at, page, user }) => [
    `views|${page}|${Math.floor(at / MINUTE)}`,
    `visitors|${user}|${Math.floor(at / (5 * MINUTE))}`,
    'ever',
  ]);
  return new Set(panes).size;
}

describe('pane writes', () => {
  it('are one for each aggregate, key and pane of a batch, whatever windows are laid on it', async () => {
    await fc.assert(
      fc.asyncProperty(batches, async (list) => {
        const expected = timed(list).map(touched);

        expect(await writesOf(bare, list)).toEqual(expected);
        expect(await writesOf(covered, list)).toEqual(expected);
      }),
      { numRuns: 100 },
    );
  });

  it('are 6 for a thousand views of three pages within a minute, under windows of which each view is in 88', async () => {
    const pages = ['home', 'cart', 'news'];
    const batch = Array.from({ length: 1_000 }, (_, n) => {
      return { after: 50, page: pages[n % 3] ?? '', user: n % 2 === 0 ? 'ann' : 'bob' };
    });

    // Three pages, two visitors and all together, in the first minute; the thousandth is at 50 s.
    expect(await writesOf(covered, [batch])).toEqual([6]);
    expect(covered.alerts.reduce((windows, { size, slide }) => windows + size / slide, 0)).toBe(88);
  });
});
