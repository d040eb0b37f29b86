import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createInterpreter } from '../../lib/fold/interpret.ts';
import { resultsOf } from '../../lib/fold/pane.ts';
import { handleAggregate } from '../../lib/handle/aggregate.ts';
import type { Pipeline } from '../../lib/pipeline/pipeline.ts';
import type { QuarantineMessage } from '../../lib/quarantine/message.ts';
import { redriveQuarantined } from '../../lib/redrive/redrive-quarantined.ts';
import { redriveFailure } from '../../lib/redrive/redrive-failure.ts';
import { ShardRange } from '../../lib/redrive/shard-range.ts';
import { isWithoutRecords, readPaneItem } from '../../lib/store/pane-item.ts';
import { readLaneItem } from '../../lib/store/lane-item.ts';
import { Retry } from '../../lib/store/retry.ts';
import { pipelineWatermark } from '../../lib/time/watermark.ts';
import { sequence, SHARD } from '../support/kinesis.ts';
import { kinesisRecordIn, streamArn } from '../support/lanes.ts';
import market from '../support/market.ts';
import { MemoryPaneStore } from '../support/memory-pane-store.ts';
import { MemoryShard } from '../support/memory-shard.ts';
import { minutes } from '../support/pipeline.ts';

const bid = (minute: number, price = 1, auction = 'a') => ({
  type: 'bid',
  at: minutes(minute),
  auction,
  price,
});
const order = (minute: number, amount = 1) => ({ at: minutes(minute), amount });
const click = { type: 'click', at: minutes(99) };
const strict: Pipeline = { ...market, unmatched: 'quarantine' };

const EVENTS = `x-events/${SHARD}`;
const ORDERS = `x-orders/${SHARD}`;

/** Two streams of one shard each, of one name, with the same sequence numbers. */
function setUp(events: readonly unknown[], orders: readonly unknown[] = []) {
  const records = {
    'x-events': events.map((content, n) => kinesisRecordIn('x-events', n, content)),
    'x-orders': orders.map((content, n) => kinesisRecordIn('x-orders', n, content)),
  };
  const store = new MemoryPaneStore();
  const aside: QuarantineMessage[] = [];
  const contextOf = (pipeline: Pipeline) => ({
    pipeline,
    interpret: createInterpreter(pipeline),
    store,
    quarantine: (messages: readonly QuarantineMessage[]) => {
      aside.push(...messages);
      return Promise.resolve();
    },
    concurrency: 1,
    mayGoOn: () => true,
    eventStreams: ['x-events', 'x-orders'],
    open: (arn: string) => {
      const shard = new MemoryShard(...records[arn === streamArn('x-orders') ? 'x-orders' : 'x-events']);
      return new ShardRange(shard, SHARD, new Retry({ sleep: () => Promise.resolve() }));
    },
  });
  return {
    store,
    aside,
    records,
    contextOf,
    handle: (stream: keyof typeof records, from = 0, pipeline: Pipeline = market) =>
      handleAggregate(contextOf(pipeline), { Records: records[stream].slice(from) }),
    failureOf: (stream: string, first: number, last: number) =>
      JSON.stringify({
        KinesisBatchInfo: {
          streamArn: streamArn(stream),
          shardId: SHARD,
          startSequenceNumber: sequence(first),
          endSequenceNumber: sequence(last),
        },
      }),
  };
}

const laneOf = (store: MemoryPaneStore, lane: string) => {
  const item = store.items.get(lane);
  return item && readLaneItem(item);
};

/** What the panes of a store hold, by aggregate and lane. */
function panes(store: MemoryPaneStore): Record<string, Record<string, unknown>> {
  const found: Record<string, Record<string, unknown>> = {};
  for (const [id, item] of store.items) {
    const aggregate = market.aggregates.find(({ name }) => id.startsWith(`${name}|`));
    if (aggregate === undefined || isWithoutRecords(item)) continue;
    found[`${aggregate.name} ${id.split('|').at(-1) ?? ''}`] = resultsOf(
      aggregate,
      readPaneItem(aggregate, item).accs,
    );
  }
  return found;
}

/** How many events all panes of an aggregate hold together. */
function countIn(store: MemoryPaneStore, name: string): number {
  const items = [...store.items].filter(([id]) => id.startsWith(`${name}|`)).map(([, item]) => item);
  return items.reduce((sum, item) => sum + Number(item.n?.N), 0);
}

describe('batches of two streams', () => {
  it('go into lanes of their own, though shards and sequence numbers are the same', async () => {
    const { store, handle } = setUp([bid(0, 3), bid(0, 4)], [order(0, 5)]);

    await handle('x-events');
    await handle('x-orders');

    expect(panes(store)).toEqual({
      [`bidding ${EVENTS}`]: { n: 2, total: 7, highest: 4 },
      [`paid ${EVENTS}`]: { n: 2, total: 7 },
      [`sales ${ORDERS}`]: { n: 1, revenue: 5 },
    });
    expect(laneOf(store, EVENTS)?.mark).toBe(sequence(1));
    expect(laneOf(store, ORDERS)?.mark).toBe(sequence(0));
  });

  it('may come in one event', async () => {
    const { store, contextOf } = setUp([]);

    const report = await handleAggregate(contextOf(market), {
      Records: [kinesisRecordIn('x-orders', 1, order(0, 5)), kinesisRecordIn('x-events', 1, bid(0, 3))],
    });

    expect(report).toMatchObject({ records: 2, quarantined: 0, ignored: 0 });
    expect(Object.keys(panes(store)).sort()).toEqual([
      `bidding ${EVENTS}`,
      `paid ${EVENTS}`,
      `sales ${ORDERS}`,
    ]);
  });
});

describe('records of no source', () => {
  it('are counted, and the lane is past them', async () => {
    const { store, aside, handle } = setUp([bid(0), click, click]);

    expect(await handle('x-events')).toMatchObject({ records: 3, ignored: 2, quarantined: 0, errors: [] });
    expect(await handle('x-events')).toMatchObject({ records: 3, ignored: 0, repeated: 3 });
    expect(aside).toEqual([]);
    expect(laneOf(store, EVENTS)).toMatchObject({ mark: sequence(2), maxEventTime: minutes(0) });
  });

  it('come again with what failed before them, and are passed over then', async () => {
    const { store, handle } = setUp([bid(0), click, bid(0, 1, 'b'), click]);
    store.fault = (operation) =>
      operation.kind === 'putPane' && operation.ref.key === 'b' ? 'lost' : undefined;

    const first = await handle('x-events');
    const lane = laneOf(store, EVENTS);
    store.fault = () => undefined;
    const second = await handle('x-events', 2);

    expect(first.response.batchItemFailures).toEqual([{ itemIdentifier: sequence(2) }]);
    expect(lane?.mark).toBe(sequence(1));
    expect(second).toMatchObject({ ignored: 1, repeated: 0, response: { batchItemFailures: [] } });
    expect(laneOf(store, EVENTS)?.mark).toBe(sequence(3));
    expect(panes(store)[`paid ${EVENTS}`]).toMatchObject({ n: 2 });
  });

  it('let the time of others go on: a lane of nothing else is idle', async () => {
    const { store, handle } = setUp([click, click], [order(9)]);
    store.now = 1_000_000;
    await handle('x-events');
    await handle('x-orders');

    const lanes = [EVENTS, ORDERS].flatMap((lane) => laneOf(store, lane) ?? []);
    expect(lanes).toHaveLength(2);
    expect(pipelineWatermark(lanes, market)).toBe(minutes(9) - market.maxOutOfOrderness);
  });

  it('leave a lane as idle as it was', async () => {
    const { store, handle } = setUp([bid(0), click, bid(1)]);
    store.now = 1_000;
    await handle('x-events', 0);
    const begun = laneOf(store, EVENTS);
    const { store: other, handle: handleOther } = setUp([bid(0), click]);
    other.items.set(EVENTS, { ...store.items.get(EVENTS)!, mark: { S: sequence(0) } });
    other.now = 900_000;
    await handleOther('x-events');

    expect(begun?.at).toBe(1_000);
    expect(laneOf(other, EVENTS)).toMatchObject({ mark: sequence(1), at: 1_000, maxEventTime: minutes(1) });
  });
});

describe('two streams with records of no source, whatever fails meanwhile', () => {
  const event = fc.oneof(
    fc.integer({ min: 1, max: 9 }).map((price) => bid(0, price, price > 5 ? 'b' : 'a')),
    fc.constant(click),
    fc.constant({ ...bid(0), price: 'much' }),
  );
  const sale = fc.oneof(
    fc.integer({ min: 1, max: 9 }).map((amount) => order(0, amount)),
    fc.constant({ at: 'soon' }),
  );
  const lists = fc.record({
    events: fc.array(event, { minLength: 1, maxLength: 12 }),
    orders: fc.array(sale, { minLength: 1, maxLength: 6 }),
  });
  // Whether the nth operation of the store or the queue fails.
  const faults = fc.array(fc.boolean(), { maxLength: 20 });

  it.each([
    ['that come again until all is well', Infinity],
    ['that are given up after a try, and redriven', 1],
  ])('are counted once: batches %s', async (_, tries) => {
    await fc.assert(
      fc.asyncProperty(lists, faults, async ({ events, orders }, fails) => {
        const { store, aside, contextOf, failureOf, records } = setUp(events, orders);
        const left = [...fails];
        let isUp = false;
        const failing = (): boolean => !isUp && left.shift() === true;
        store.fault = ({ kind }) => (kind === 'putPane' && failing() ? 'lost' : undefined);
        const context = contextOf(market);
        const quarantine: typeof context.quarantine = (messages) =>
          failing() ? Promise.reject(new Error('down')) : context.quarantine(messages);

        for (const [stream, own] of Object.entries(records)) {
          let from = 0;
          for (let n = 0; n < tries && from < own.length; n++) {
            const { response } = await handleAggregate(
              { ...context, quarantine },
              { Records: own.slice(from) },
            );
            const [failed] = response.batchItemFailures;
            const at = own.findIndex(({ kinesis }) => kinesis.sequenceNumber === failed?.itemIdentifier);
            from = at < 0 ? own.length : at;
          }
          if (from === own.length) continue;
          isUp = true;
          const given = { ...context, changes: {} as never, fetch: () => Promise.reject(new Error('no')) };
          const outcome = await redriveFailure(given, failureOf(stream, from, own.length - 1));
          expect(outcome.kind).toBe('repaired');
          isUp = false;
        }

        const bids = events.filter((one) => 'price' in one && typeof one.price === 'number').length;
        const sales = orders.filter((one) => 'amount' in one).length;
        expect(['bidding', 'paid', 'sales'].map((name) => countIn(store, name))).toEqual([bids, bids, sales]);
        expect(new Set(aside.map(({ id }) => id)).size).toBe(
          events.filter((one) => 'price' in one).length - bids + orders.length - sales,
        );
        expect(aside.every(({ reason }) => reason === 'wrong-schema')).toBe(true);
        expect(laneOf(store, EVENTS)?.mark).toBe(sequence(events.length - 1));
        expect(laneOf(store, ORDERS)?.mark).toBe(sequence(orders.length - 1));
      }),
    );
  });
});

describe('a redrive', () => {
  it('repairs what was given up of each stream, and passes over what the pipeline does', async () => {
    const { store, contextOf, failureOf } = setUp([bid(0, 3), click, bid(0, 4)], [order(0, 5)]);
    const context = {
      ...contextOf(market),
      changes: {} as never,
      fetch: () => Promise.reject(new Error('no')),
    };

    expect(await redriveFailure(context, failureOf('x-events', 0, 2))).toEqual({
      kind: 'repaired',
      detail: '3 records folded into 2 panes, 1 ignored',
    });
    expect(await redriveFailure(context, failureOf('x-orders', 0, 0))).toMatchObject({ kind: 'repaired' });
    expect(await redriveFailure(context, failureOf('y-orders', 0, 0))).toMatchObject({
      kind: 'kept',
      detail: expect.stringContaining("this stage's are x-events, x-orders") as string,
    });

    expect(panes(store)).toEqual({
      [`bidding ${EVENTS}`]: { n: 2, total: 7, highest: 4 },
      [`paid ${EVENTS}`]: { n: 2, total: 7 },
      [`sales ${ORDERS}`]: { n: 1, revenue: 5 },
    });
    expect([laneOf(store, EVENTS)?.mark, laneOf(store, ORDERS)?.mark]).toEqual([sequence(2), sequence(0)]);
  });

  it('takes up a record of unknown type once there is a source for it, or lets it go', async () => {
    const noBids: Pipeline = { ...strict, sources: strict.sources.filter(({ index }) => index > 0) };
    const { store, aside, handle, contextOf } = setUp([bid(0, 3), click], []);
    await handle('x-events', 0, noBids);
    expect(aside.map(({ reason }) => reason)).toEqual(['unknown-type', 'unknown-type']);
    const [unknown, other] = aside.splice(0);

    expect(await redriveQuarantined(contextOf(strict), unknown!)).toMatchObject({ kind: 'repaired' });
    expect(await redriveQuarantined(contextOf(strict), other!)).toMatchObject({
      kind: 'kept',
      detail: expect.stringContaining('still refused: unknown-type') as string,
    });
    expect(await redriveQuarantined(contextOf(market), other!)).toEqual({
      kind: 'repaired',
      detail: '1 record folded into 0 panes, 1 ignored',
    });

    expect(panes(store)).toEqual({
      [`bidding ${EVENTS}`]: { n: 1, total: 3, highest: 3 },
      [`paid ${EVENTS}`]: { n: 1, total: 3 },
    });
  });

  it('takes up a record by the stream that it came in', async () => {
    const strange: Pipeline = {
      ...market,
      sources: market.sources.map((source) =>
        source.stream === 'orders' ? { ...source, eventTime: () => Number.NaN } : source,
      ),
    };
    const { store, aside, handle, contextOf } = setUp([], [{ ...bid(0), amount: 5 }]);
    await handle('x-orders', 0, strange);
    expect(aside.map(({ reason }) => reason)).toEqual(['bad-time']);

    expect(await redriveQuarantined(contextOf(market), aside[0]!)).toMatchObject({ kind: 'repaired' });
    expect(panes(store)).toEqual({ [`sales ${ORDERS}`]: { n: 1, revenue: 5 } });
  });
});
