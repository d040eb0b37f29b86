import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { decodeKinesisEvent } from '../../lib/decode/kinesis-event.ts';
import type { LaneBatch } from '../../lib/decode/record.ts';
import { foldBatch, type BatchFold } from '../../lib/fold/batch.ts';
import { createInterpreter } from '../../lib/fold/interpret.ts';
import { keyText } from '../../lib/fold/key.ts';
import type { LaneProgress } from '../../lib/fold/lane.ts';
import { resultsOf } from '../../lib/fold/pane.ts';
import { handleAggregate } from '../../lib/handle/aggregate.ts';
import { count, definePipeline, max } from '../../lib/index.ts';
import { kinesisRecord, kplBytes, LANE, sequence, SHARD, STREAM } from '../support/kinesis.ts';
import { stored } from '../support/brute-force.ts';
import { MemoryPaneStore } from '../support/memory-pane-store.ts';
import { controlMessage, linesOf, logsOf, packed, PACKINGS, view, type Packing } from '../support/packing.ts';
import { minutes, pipeline } from '../support/pipeline.ts';

function laneOf(...contents: readonly unknown[]): LaneBatch {
  const { lanes, quarantined } = decodeKinesisEvent({
    Records: contents.map((content, i) => kinesisRecord(i + 1, content)),
  });
  expect(quarantined).toEqual([]);
  return lanes[0]!;
}

const fold = (lane: LaneBatch, before?: LaneProgress): BatchFold => foldBatch(pipeline, lane, before);
const at = (record: number, place: number): string => `${sequence(record)}.00000${place}`;
const counts = ({ fresh, repeated }: BatchFold): [number, number] => [fresh, repeated];

/** What panes hold, whatever the records were called that it came in. */
function contentOf({ panes }: Pick<BatchFold, 'panes'>): unknown[] {
  return panes.map(({ aggregate, key, start, records, accs }) => [
    aggregate.name,
    key,
    start,
    records,
    resultsOf(aggregate, accs),
  ]);
}

describe.each(PACKINGS)('foldBatch over a record that is %s', (packing) => {
  const lane = laneOf(packed([view(0), view(0), view(0)], packing), view(0));

  it('folds each event, and says so by user record', () => {
    const batch = fold(lane);

    expect(counts(batch)).toEqual([4, 0]);
    expect(batch.lane.records).toHaveLength(4);
    expect(batch.progress).toEqual({ mark: sequence(2), maxEventTime: minutes(0) });
    expect(batch.panes[0]).toMatchObject({ records: 4, first: at(1, 0), last: sequence(2) });
  });

  it('folds none of them twice when the record comes again', () => {
    const first = laneOf(packed([view(0), view(0), view(0)], packing));
    const again = { ...lane, records: [...first.records, ...lane.records] };

    expect(counts(fold(again))).toEqual([4, 3]);
    expect(fold(first, fold(first).progress)).toMatchObject({ panes: [], fresh: 0, repeated: 3 });
    expect(fold(lane, fold(lane).progress)).toMatchObject({ panes: [], fresh: 0, progress: undefined });
  });

  it.each([0, 1, 2])('folds the rest alone where the lane stands at event %i', (place) => {
    const batch = fold(lane, { mark: at(1, place), maxEventTime: minutes(0) });

    expect(counts(batch)).toEqual([3 - place, place + 1]);
    expect(batch.panes[0]).toMatchObject({
      records: 3 - place,
      first: place === 2 ? sequence(2) : at(1, place + 1),
    });
  });

  it('sets an event aside by itself, and says where in which record it was', () => {
    const { quarantined, late, fresh } = fold(
      laneOf(packed([view(5), { page: 7 }, view(0), view(5)], packing)),
    );

    expect(fresh).toBe(4);
    expect(quarantined).toEqual([
      {
        reason: 'wrong-schema',
        detail: expect.any(String) as unknown,
        origin: { source: STREAM, shard: SHARD, sequence: sequence(1), subSequence: 1 },
        bytes: Buffer.from('{"page":7}'),
      },
    ]);
    expect(late.map(({ record }) => record.sequence)).toEqual([at(1, 2)]);
  });
});

describe('foldBatch over a record of which something is broken', () => {
  it('sets a line aside that is not JSON, and folds the others', () => {
    const { panes, quarantined } = fold(
      laneOf(Buffer.concat([linesOf(view(0)), Buffer.from('nope\n'), linesOf(view(0))])),
    );

    expect(panes[0]).toMatchObject({ records: 2 });
    expect(quarantined).toMatchObject([
      { reason: 'not-json', origin: { sequence: sequence(1), subSequence: 1 }, bytes: Buffer.from('nope') },
    ]);
  });

  it('sets a line aside that is not UTF-8, and folds the others', () => {
    const { panes, quarantined } = fold(
      laneOf(Buffer.concat([linesOf(view(0)), Buffer.of(0x22, 0xff, 0x22)])),
    );

    expect(panes[0]).toMatchObject({ records: 1 });
    expect(quarantined).toMatchObject([{ reason: 'not-json', bytes: Buffer.of(0x22, 0xff, 0x22) }]);
  });

  it.each<[what: string, bytes: Buffer, reason: string]>([
    ['an empty array', Buffer.from('[]'), 'no-events'],
    ['broken gzip', gzipSync('{}').subarray(0, 12), 'bad-gzip'],
    ['gzip that is too much', gzipSync(Buffer.alloc(1 << 25)), 'too-large'],
    ['lines that are too many', Buffer.from('{}\n'.repeat(100_001)), 'too-large'],
  ])('sets %s aside whole, with its bytes, and goes on', (_what, bytes, reason) => {
    const lane = laneOf(view(0), bytes, view(0));
    const { panes, quarantined, progress } = fold(lane);

    expect(panes[0]).toMatchObject({ records: 2 });
    expect(quarantined).toMatchObject([
      { reason, origin: { source: STREAM, shard: SHARD, sequence: sequence(2) } },
    ]);
    expect(bytes.equals(quarantined[0]!.bytes)).toBe(true);
    expect(quarantined[0]?.origin).not.toHaveProperty('subSequence');
    expect(fold(lane, progress)).toMatchObject({ fresh: 0, quarantined: [] });
  });
});

describe('a control message', () => {
  it('is dealt with: the lane moves over it, and nothing else happens', () => {
    const batch = fold(laneOf(view(0), controlMessage));

    expect(counts(batch)).toEqual([2, 0]);
    expect(batch).toMatchObject({ quarantined: [], late: [] });
    expect(batch.panes[0]).toMatchObject({ records: 1, last: sequence(1) });
    expect(batch.progress).toEqual({ mark: sequence(2), maxEventTime: minutes(0) });
  });

  it('may be all that a new lane has, and is not dealt with again', () => {
    const batch = fold(laneOf(controlMessage));

    expect(batch).toMatchObject({ panes: [], quarantined: [] });
    expect(batch.progress).toEqual({ mark: sequence(1), maxEventTime: -Infinity, isIdle: true });
    expect(fold(laneOf(controlMessage), batch.progress)).toMatchObject({ fresh: 0, progress: undefined });
  });
});

describe('log data', () => {
  const requests = definePipeline(
    z.object({
      timestamp: z.number(),
      logGroup: z.string(),
      message: z.object({ ms: z.number() }),
    }),
    {
      eventTime: (event) => event.timestamp,
      aggregates: {
        requests: {
          key: { group: (event) => event.logGroup },
          pane: '1m',
          measures: { n: count(), slowest: max((event) => event.message.ms) },
        },
      },
    },
  );

  it('gives the schema the time and the group beside the message', () => {
    const { panes, quarantined } = foldBatch(
      requests,
      laneOf(logsOf(['{"ms":12}', 'START', '{"ms":30}'])),
      undefined,
    );

    expect(panes).toMatchObject([{ key: keyText(['api']), records: 2 }]);
    expect(resultsOf(requests.aggregates[0]!, panes[0]!.accs)).toEqual({ n: 2, slowest: 30 });
    expect(quarantined).toMatchObject([{ reason: 'wrong-schema', origin: { subSequence: 1 } }]);
    expect(JSON.parse(Buffer.from(quarantined[0]!.bytes).toString())).toMatchObject({
      logStream: 'i-1',
      message: 'START',
    });
  });
});

describe('any packing of the same events', () => {
  const event = fc.record({
    at: fc.integer({ min: 0, max: 12 }).map((half) => minutes(half / 2)),
    page: fc.constantFrom('home', 'cart', 7),
    ms: fc.oneof(fc.integer({ min: 0, max: 500 }), fc.constant(null)),
  });
  const packing = fc.constantFrom<Packing | 'plain'>('plain', ...PACKINGS);
  const record = fc.record({ events: fc.array(event, { minLength: 1, maxLength: 6 }), packing });
  const records = fc.array(record, { minLength: 1, maxLength: 8 });

  interface Packed {
    readonly events: readonly unknown[];
    readonly packing: Packing | 'plain';
  }
  const contentsOf = (all: readonly Packed[]): unknown[] =>
    all.flatMap(({ events, packing }) => (packing === 'plain' ? events : [packed(events, packing)]));
  const plainOf = (all: readonly Packed[]): LaneBatch => laneOf(...all.flatMap(({ events }) => events));

  it('gives the same panes, and sets the same aside', () => {
    fc.assert(
      fc.property(records, (all) => {
        const [batch, plain] = [fold(laneOf(...contentsOf(all))), fold(plainOf(all))];

        expect(contentOf(batch)).toEqual(contentOf(plain));
        expect(batch.progress?.maxEventTime).toBe(plain.progress?.maxEventTime);
        expect(counts(batch)).toEqual(counts(plain));
        const said = ({ quarantined }: BatchFold): unknown[] =>
          quarantined.map(({ reason, detail, bytes }) => [
            reason,
            detail,
            Buffer.from(bytes).toString().trim(),
          ]);
        expect(said(batch)).toEqual(said(plain));
        expect(batch.late.map(({ watermark }) => watermark)).toEqual(
          plain.late.map(({ watermark }) => watermark),
        );
      }),
    );
  });

  it('gives the same whatever mark the lane stands at in between', () => {
    fc.assert(
      fc.property(records, fc.nat(), (all, n) => {
        const lane = laneOf(...contentsOf(all));
        const { records: apart } = fold(lane).lane;
        const upTo = n % (apart.length + 1);
        const head = fold({ ...lane, records: apart.slice(0, upTo) });
        const tail = fold(lane, head.progress);

        expect(head.fresh + tail.fresh).toBe(apart.length);
        expect(contentOf(tail)).toEqual(
          contentOf(fold({ ...lane, records: apart.slice(upTo) }, head.progress)),
        );
      }),
    );
  });

  it('is stored the same by batches that fail and come again', async () => {
    await fc.assert(
      fc.asyncProperty(records, fc.array(fc.nat(5), { maxLength: 6 }), async (all, faults) => {
        const [some, none] = [new MemoryPaneStore(), new MemoryPaneStore()];
        const contents = contentsOf(all).map((content, i) => kinesisRecord(i + 1, content));
        await applyUntilWhole(some, contents, faults);
        await applyUntilWhole(none, contents, []);

        expect(valuesOf(some)).toEqual(valuesOf(none));
      }),
      { numRuns: 50 },
    );
  });
});

/** Hands records to the aggregate function as Lambda does: again from where it says, while puts fail by turns. */
async function applyUntilWhole(
  store: MemoryPaneStore,
  records: readonly ReturnType<typeof kinesisRecord>[],
  faults: readonly number[],
): Promise<void> {
  const left = [...faults];
  let puts = 0;
  store.fault = ({ kind }) => {
    if (kind !== 'putPane' || left[0] === undefined || puts++ < left[0]) return undefined;
    left.shift();
    puts = 0;
    return 'lost';
  };
  for (let from = 0; from < records.length;) {
    const { response } = await handleAggregate(
      {
        pipeline,
        interpret: createInterpreter(pipeline),
        store,
        quarantine: () => Promise.resolve(),
        concurrency: 1,
        mayGoOn: () => true,
      },
      { Records: records.slice(from) },
    );
    const failed = response.batchItemFailures[0]?.itemIdentifier;
    if (failed === undefined) return;
    from = records.findIndex(({ kinesis }) => kinesis.sequenceNumber === failed);
    expect(from).toBeGreaterThanOrEqual(0);
  }
}

/** Records, counts and sums of each pane: not the sequence numbers, which are of how events were packed. */
function valuesOf(store: MemoryPaneStore): unknown {
  return Object.entries(stored(store))
    .map(([name, { records, n, sum }]) => [name, records, n, sum])
    .sort();
}

describe('the aggregate function', () => {
  it('reports the Kinesis record of an event that failed, and takes the lane up to the event before', async () => {
    const store = new MemoryPaneStore();
    store.fault = (operation) =>
      operation.kind === 'putPane' && operation.ref.key.startsWith('cart') ? 'lost' : undefined;
    const context = {
      pipeline,
      interpret: createInterpreter(pipeline),
      store,
      quarantine: () => Promise.resolve(),
      concurrency: 1,
      mayGoOn: () => true,
    };
    const event = { Records: [kinesisRecord(1, linesOf(view(0), view(0, { page: 'cart' }), view(0)))] };

    const first = await handleAggregate(context, event);
    const between = await store.readLane(LANE);
    store.fault = () => undefined;
    const second = await handleAggregate(context, event);

    expect(first.response.batchItemFailures).toEqual([{ itemIdentifier: sequence(1) }]);
    expect(between?.mark).toBe(at(1, 0));
    expect(second).toMatchObject({ response: { batchItemFailures: [] }, records: 3, repeated: 1 });
    expect((await store.readLane(LANE))?.mark).toBe(at(1, 2));
    expect(stored(store)).toMatchObject({
      [`views|home|${minutes(0)}|${LANE}`]: { records: 2 },
      [`views|cart|${minutes(0)}|${LANE}`]: { records: 1 },
    });
  });
});

it('numbers a user record of the KPL as before where it holds one event', () => {
  const lane = laneOf(kplBytes([view(0), view(0)]));

  expect(lane.records.map((record) => record.sequence)).toEqual([at(1, 0), at(1, 1)]);
});
