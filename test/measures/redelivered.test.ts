import fc from 'fast-check';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { foldBatch } from '../../lib/fold/batch.ts';
import { createInterpreter } from '../../lib/fold/interpret.ts';
import { resultsOf } from '../../lib/fold/pane.ts';
import { definePipeline, distinct, first, last, topK, type TopValue } from '../../lib/index.ts';
import { applyPanes } from '../../lib/store/apply.ts';
import { readPaneItem } from '../../lib/store/pane-item.ts';
import { laneBatch, streamRecord } from '../support/kinesis.ts';
import { MemoryPaneStore } from '../support/memory-pane-store.ts';
import { T0 } from '../support/pipeline.ts';

const CAPACITY = 6;

const pipeline = definePipeline(z.object({ at: z.number(), page: z.string() }), {
  eventTime: (view) => view.at,
  maxOutOfOrderness: '1h',
  aggregates: {
    views: {
      key: {},
      pane: '1h',
      measures: {
        pages: distinct((view) => view.page, { precision: 4 }),
        top: topK((view) => view.page, 3, { capacity: CAPACITY }),
        opened: first((view) => view.page),
        closed: last((view) => view.page),
      },
    },
  },
});
const interpret = createInterpreter(pipeline);
const views = pipeline.aggregates[0]!;

interface Event {
  readonly at: number;
  readonly page: string;
}

/** What is stored after these stretches of the records were delivered, as one lane's batches. */
async function deliver(events: readonly Event[], stretches: readonly (readonly [number, number])[]) {
  const store = new MemoryPaneStore();
  const records = events.map((event, i) => streamRecord(i + 1, event));
  for (const [from, to] of stretches) {
    const batch = foldBatch(pipeline, laneBatch(records.slice(from, to)), undefined, { interpret });
    const applied = await applyPanes(
      { pipeline, store, interpret, concurrency: 1, mayGoOn: () => true },
      batch,
      undefined,
    );
    expect(applied.errors).toEqual([]);
  }
  return store.dump();
}

// More pages than topK counts exactly, all of one hour.
const events = fc.array(
  fc.record({
    at: fc.integer({ min: T0, max: T0 + 3_599_999 }),
    page: fc.integer({ min: 0, max: 12 }).map((i) => `page${i}`),
  }),
  { minLength: 1, maxLength: 60 },
);

/** Where a lane is cut into batches. */
function cuts(length: number, places: readonly number[]): [number, number][] {
  const ends = [...new Set([...places.map((place) => 1 + (place % length)), length])].sort((a, b) => a - b);
  return ends.map((end, i) => [ends[i - 1] ?? 0, end]);
}

const places = fc.array(fc.nat(), { maxLength: 8 });

it('leaves every byte as it is when a batch comes again, at once or after others', async () => {
  await fc.assert(
    fc.asyncProperty(events, places, fc.infiniteStream(fc.nat()), async (events, places, again) => {
      const batches = cuts(events.length, places);
      const repeated = batches.flatMap((batch, i) => [batch, batches[again.next().value % (i + 1)]!]);

      expect(await deliver(events, repeated)).toEqual(await deliver(events, batches));
    }),
  );
});

it('counts each record once when batches overlap', async () => {
  await fc.assert(
    fc.asyncProperty(events, places, fc.infiniteStream(fc.nat()), async (events, places, back) => {
      const stretches = cuts(events.length, places).map(
        ([from, to]) => [Math.max(0, from - (back.next().value % 10)), to] as const,
      );
      const [item] = Object.values(await deliver(events, stretches));
      const results = resultsOf(views, readPaneItem(views, item!).accs);
      const once = await deliver(events, [[0, events.length]]);
      const { top: _top, ...exact } = resultsOf(views, readPaneItem(views, Object.values(once)[0]!).accs);

      expect(results).toMatchObject(exact);
      for (const { value, count, error } of results.top as TopValue<string>[]) {
        const actual = events.filter(({ page }) => page === value).length;
        expect(actual).toBeLessThanOrEqual(count);
        expect(actual).toBeGreaterThanOrEqual(count - error);
        expect(error).toBeLessThanOrEqual((2 * events.length) / CAPACITY);
      }
    }),
  );
});
