import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { AlertState } from '../../lib/alerts/state.ts';
import { nothingKept } from '../../lib/alerts/write-judgement.ts';
import { createInterpreter } from '../../lib/fold/interpret.ts';
import { resultsOf } from '../../lib/fold/pane.ts';
import { handleAggregate } from '../../lib/handle/aggregate.ts';
import { DynamoAlertStore } from '../../lib/store/dynamo-alert-store.ts';
import { DynamoPaneReader } from '../../lib/store/dynamo-pane-reader.ts';
import { DynamoPaneStore } from '../../lib/store/dynamo-pane-store.ts';
import { DynamoTimerStore } from '../../lib/store/dynamo-timer-store.ts';
import { isLaneItemKey, readPaneItemKey } from '../../lib/store/keys.ts';
import type { PaneRef, PaneStore, StoredPane } from '../../lib/store/port.ts';
import { alertRecord, alertState } from '../support/alert-state.ts';
import { bruteForce, contentOf, stored, type TestEvent } from '../support/brute-force.ts';
import { startTables, type Tables } from '../support/dynamo.ts';
import { kinesisRecord, LANE, sequence } from '../support/kinesis.ts';
import { viewsPane } from '../support/memory-alerts.ts';
import { MemoryPaneStore, nameOf } from '../support/memory-pane-store.ts';
import { minutes, MINUTE, pipeline, T0, views } from '../support/pipeline.ts';

let tables: Tables;
beforeAll(async () => {
  tables = await startTables();
});
afterAll(() => tables.stop());

const ref = (minute: number, lane = LANE, key = 'home'): PaneRef => ({
  aggregate: views,
  key,
  start: minutes(minute),
  lane,
});
const pane = (minute: number, ...ms: number[]): Omit<StoredPane, 'version'> => ({
  accs: viewsPane(minute, ms).accs,
  records: ms.length,
  first: sequence(1),
  mark: sequence(ms.length),
  closed: undefined,
});

// The store in memory stands in for DynamoDB in other tests: it has to keep the same contract.
describe.each<[string, () => Promise<PaneStore>]>([
  ['in memory', () => Promise.resolve(new MemoryPaneStore())],
  [
    'in DynamoDB',
    async () => new DynamoPaneStore({ client: tables.client, table: await tables.create(), now: () => 0 }),
  ],
])('a store of panes %s', (_where, make) => {
  let store: PaneStore;
  beforeEach(async () => {
    store = await make();
  });

  it('keeps a pane, and a version that grows with every write', async () => {
    expect(await store.readPanes([ref(0)])).toEqual([undefined]);

    expect(await store.putPane(ref(0), pane(0, 10), undefined)).toEqual({ written: true });
    expect(await store.putPane(ref(0), pane(0, 10, 30), 1)).toEqual({ written: true });

    expect(await store.readPanes([ref(0)])).toEqual([{ ...pane(0, 10, 30), version: 2 }]);
  });

  it.each([
    ['none', undefined],
    ['an old one', 1],
    ['one to come', 3],
  ])('refuses a pane on condition of %s, and shows what stands there', async (_what, version) => {
    await store.putPane(ref(0), pane(0, 10), undefined);
    await store.putPane(ref(0), pane(0, 10, 20), 1);

    expect(await store.putPane(ref(0), pane(0, 99), version)).toEqual({
      written: false,
      found: { ...pane(0, 10, 20), version: 2 },
    });
  });

  it('refuses a pane that went away meanwhile', async () => {
    expect(await store.putPane(ref(0), pane(0, 10), 1)).toEqual({ written: false, found: undefined });
  });

  it('reads panes in the order in which they are asked for, as many as there are', async () => {
    const minutesStored = [3, 1, 120, 2];
    for (const minute of minutesStored) await store.putPane(ref(minute), pane(minute, minute), undefined);

    const found = await store.readPanes(Array.from({ length: 150 }, (_, minute) => ref(minute)));

    expect(found).toHaveLength(150);
    expect(found.flatMap((one, minute) => (one === undefined ? [] : [minute]))).toEqual([1, 2, 3, 120]);
    expect(resultsOf(views, found[120]!.accs)).toMatchObject({ n: 1, ms: 120 });
  });

  it('keeps panes of lanes and keys apart', async () => {
    await store.putPane(ref(0), pane(0, 10), undefined);

    expect(await store.readPanes([ref(0, 'other'), ref(0, LANE, 'cart'), ref(1)])).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('keeps a lane on condition of its version', async () => {
    const progress = { mark: sequence(1), maxEventTime: -Infinity };
    expect(await store.readLane(LANE)).toBeUndefined();

    expect(await store.writeLane(LANE, progress, undefined)).toBe(true);
    expect(await store.writeLane(LANE, { mark: sequence(9), maxEventTime: T0 }, undefined)).toBe(false);
    expect(await store.readLane(LANE)).toEqual({ ...progress, lane: LANE, version: 1, at: 0 });
    expect(await store.writeLane(LANE, { mark: sequence(9), maxEventTime: T0 }, 1)).toBe(true);
    expect(await store.readLane(LANE)).toMatchObject({ mark: sequence(9), maxEventTime: T0, version: 2 });
  });
});

describe('the aggregate handler over DynamoDB', () => {
  const events: TestEvent[] = Array.from({ length: 60 }, (_, n) => ({
    half: (n * 7) % 11,
    page: ['home', 'cart', 'news'][n % 3]!,
    ms: n,
    bad: n % 20 === 19,
  }));
  const records = events.map((event, n) => kinesisRecord(n, contentOf(event)));

  it('ends as a brute-force fold does, also when batches overlap, come twice and at the same time', async () => {
    const table = await tables.create();
    const invoke = (from: number, to: number) =>
      handleAggregate(
        {
          pipeline,
          interpret: createInterpreter(pipeline),
          store: new DynamoPaneStore({ client: tables.client, table, now: () => T0 }),
          quarantine: () => Promise.resolve(),
          concurrency: 8,
          mayGoOn: () => true,
        },
        { Records: records.slice(from, to) },
      );

    await invoke(0, 20);
    await Promise.all([invoke(0, 30), invoke(10, 40), invoke(20, 40)]);
    for (let from = 20; from < 60; from += 10) await invoke(from, from + 10);
    const before = await tables.scan(table);
    await invoke(0, 60);

    expect(await tables.scan(table)).toEqual(before);
    const inMemory = new MemoryPaneStore();
    for (const item of before) {
      const [aggregate, ...key] = item.pk!.S!.split('|');
      const start = Date.parse(item.sk!.S!.split('|')[0]!);
      if (!aggregate!.startsWith('#'))
        inMemory.items.set(`${aggregate!}|${key.join('|')}|${start}|${LANE}`, item);
    }
    expect(stored(inMemory)).toEqual(bruteForce(events).panes);
  });
});

describe('DynamoPaneReader', () => {
  async function setUp() {
    const table = await tables.create();
    let now = 0;
    const store = new DynamoPaneStore({ client: tables.client, table, now: () => now });
    const reader = new DynamoPaneReader({ client: tables.client, table, pipeline });
    return {
      store,
      reader,
      at: (time: number) => {
        now = time;
      },
    };
  }

  it('reads a range of panes in order, its end excluded, with all lanes merged', async () => {
    const { store, reader } = await setUp();
    for (const minute of [3, 0, 2, 1]) await store.putPane(ref(minute), pane(minute, 10), undefined);
    await store.putPane(ref(2, 'views/shardId-000000000001'), pane(2, 70, 40), undefined);
    await store.putPane(ref(1, LANE, 'home2'), pane(1, 999), undefined);

    const found = await reader.readRange(views, 'home', minutes(1), minutes(3));

    expect(found.map(({ start, accs }) => [start, resultsOf(views, accs)])).toEqual([
      [minutes(1), { n: 1, ms: 10, slowest: 10 }],
      [minutes(2), { n: 3, ms: 40, slowest: 70 }],
    ]);
  });

  it('gives the watermark of the lanes that are not idle', async () => {
    const { store, reader, at } = await setUp();
    expect((await reader.readWatermarks()).watermark).toBe(-Infinity);

    await store.writeLane('views/a', { mark: '1', maxEventTime: minutes(10) }, undefined);
    await store.writeLane('views/b', { mark: '1', maxEventTime: minutes(5) }, undefined);
    expect((await reader.readWatermarks()).watermark).toBe(minutes(4.5));

    at(MINUTE + 1);
    await store.writeLane('views/a', { mark: '2', maxEventTime: minutes(20) }, 1);
    expect((await reader.readWatermarks()).watermark).toBe(minutes(19.5));
    expect((await reader.readLanes()).map(({ lane }) => lane).sort()).toEqual(['views/a', 'views/b']);
  });
});

describe('the watermark that DynamoPaneReader keeps', () => {
  async function setUp() {
    const table = await tables.create();
    let now = 0;
    const store = new DynamoPaneStore({ client: tables.client, table, now: () => now });
    return {
      table,
      store,
      reader: new DynamoPaneReader({ client: tables.client, table, pipeline }),
      at: (time: number) => {
        now = time;
      },
    };
  }

  it('is none at first, and then the greatest that anybody gave', async () => {
    const { reader } = await setUp();
    expect(await reader.readWatermark()).toBe(-Infinity);

    await Promise.all([3, 7, 5].map((minute) => reader.keepWatermark(minutes(minute))));
    expect(await reader.readWatermark()).toBe(minutes(7));

    await reader.keepWatermark(minutes(6));
    expect(await reader.readWatermark()).toBe(minutes(7));
  });

  it('does not go back when a lane returns that was idle', async () => {
    const { store, reader, at } = await setUp();
    await store.writeLane('views/b', { mark: '1', maxEventTime: minutes(5) }, undefined);
    at(MINUTE + 1);
    await store.writeLane('views/a', { mark: '1', maxEventTime: minutes(20) }, undefined);
    const ahead = await reader.readWatermarks();
    expect(ahead).toEqual({ watermark: minutes(19.5), kept: -Infinity, furthest: minutes(19.5) });
    await reader.keepWatermark(ahead.watermark);

    await store.writeLane('views/b', { mark: '2', maxEventTime: minutes(6) }, 1);

    expect(await reader.readWatermarks()).toEqual({ ...ahead, kept: minutes(19.5) });
    expect(await reader.readWatermark()).toBe(minutes(19.5));
  });

  it('lies in an item that is neither pane nor lane', async () => {
    const { table, reader } = await setUp();
    await reader.keepWatermark(T0);

    const [item] = await tables.scan(table);
    const key = { pk: item!.pk!.S!, sk: item!.sk!.S! };
    expect(readPaneItemKey(key)).toBeUndefined();
    expect(isLaneItemKey(key)).toBe(false);
    expect(await reader.readLanes()).toEqual([]);
  });
});

describe('DynamoTimerStore', () => {
  const timer = (due: number, key = 'home', job = 'slow') => ({ job, key, due: minutes(due) });
  const setUp = async () => new DynamoTimerStore({ client: tables.client, table: await tables.create() });

  it('gives what is due, earliest first, each once however often it was added', async () => {
    const store = await setUp();
    const keys = Array.from({ length: 30 }, (_, n) => `key${n}`);
    await store.add(keys.map((key, n) => timer(n, key)));
    await store.add([timer(3, 'key3'), timer(1, 'key3'), timer(4, 'key3', 'busy')]);

    const due = await store.due(minutes(4));

    expect(due.map((one) => (one.due - T0) / MINUTE)).toEqual([0, 1, 1, 2, 3, 4, 4]);
    expect(due.map(({ job, key }) => `${job} ${key}`).sort()).toEqual([
      'busy key3',
      'slow key0',
      'slow key1',
      'slow key2',
      'slow key3',
      'slow key3',
      'slow key4',
    ]);
    expect(await store.due(minutes(4) - 1)).toHaveLength(5);
  });

  it('forgets what is removed, and nothing else', async () => {
    const store = await setUp();
    await store.add([timer(1), timer(2), timer(1, 'home', 'busy'), timer(1, 'home|ann')]);

    await store.remove([timer(1), timer(9)]);

    expect((await store.due(minutes(9))).map(({ job, key, due }) => [job, key, due])).toEqual(
      expect.arrayContaining([
        ['busy', 'home', minutes(1)],
        ['slow', 'home|ann', minutes(1)],
        ['slow', 'home', minutes(2)],
      ]),
    );
    expect(await store.due(minutes(9))).toHaveLength(3);
  });

  it.each([1, 7, 12, 40])('gives all, %i at a time, and one moment’s timers together', async (most) => {
    const store = await setUp();
    const timers = Array.from({ length: 40 }, (_, n) => timer(Math.floor(n / 10), `key${n}`));
    await store.add(timers);
    const slices: number[][] = [];

    for (let after = -Infinity; after < minutes(2);) {
      const due = await store.due(minutes(2), { after, most });
      slices.push(due.map((one) => (one.due - T0) / MINUTE));
      after = due.length < most ? minutes(2) : (due.at(-1)?.due ?? Infinity);
    }

    const moments = (...ns: number[]) => ns.flatMap((n) => Array<number>(10).fill(n));
    const [first = [], ...rest] = slices.filter((slice) => slice.length > 0);
    expect(first).toEqual(most <= 10 ? moments(0) : most <= 20 ? moments(0, 1) : moments(0, 1, 2));
    expect([first, ...rest].flat()).toEqual(moments(0, 1, 2));
  });

  it('gives what is due after a moment, and not what is due then', async () => {
    const store = await setUp();
    await store.add([timer(1), timer(2), timer(3), timer(3, 'x|y')]);

    const due = await store.due(minutes(3), { after: minutes(2) });

    expect(due.map((one) => [one.key, one.due]).sort()).toEqual([
      ['home', minutes(3)],
      ['x|y', minutes(3)],
    ]);
  });

  it('gives nothing while there is no watermark', async () => {
    const store = await setUp();
    await store.add([timer(-1e6)]);

    expect(await store.due(-Infinity)).toEqual([]);
  });
});

describe('DynamoAlertStore', () => {
  const state = (key: string, version = 1, alert = 'slow'): AlertState =>
    alertState({
      alert,
      key,
      version,
      status: version % 2 === 1 ? 'firing' : 'resolved',
      at: minutes(version),
    });
  const write = (store: DynamoAlertStore, ...states: AlertState[]) =>
    store.write(alertRecord(...states), states);
  const setUp = async () => new DynamoAlertStore({ client: tables.client, table: await tables.create() });

  it('keeps the latest transition, each on condition of the one before it', async () => {
    const store = await setUp();
    expect(await store.read('slow', 'home')).toBeUndefined();

    expect(await write(store, state('home', 2))).toBe(false);
    expect(await write(store, state('home', 1))).toBe(true);
    expect(await write(store, state('home', 1))).toBe(false);
    expect(await write(store, state('home', 3))).toBe(false);
    expect(await write(store, state('home', 2))).toBe(true);

    expect(await store.read('slow', 'home')).toEqual(alertRecord(state('home', 2)));
  });

  it('keeps what is remembered, and no transitions if there were none', async () => {
    const store = await setUp();
    const memory = { judgedTo: minutes(4), levels: [0, 1], detector: Uint8Array.of(1, 2) };
    const nothing = { ...nothingKept('slow', 'home'), revision: 1 };

    expect(await store.write({ ...nothing, memory }, [])).toBe(true);

    expect(await store.read('slow', 'home')).toEqual({ ...nothing, memory });
  });

  it('lists an alert by key, from after a key on, the empty key among them', async () => {
    const store = await setUp();
    for (const key of ['b', 'a', 'c', '']) await write(store, state(key));
    await write(store, state('z', 1, 'busy'));
    const list = async (after?: string) => {
      const keys: string[] = [];
      for await (const { key } of store.list('slow', after)) keys.push(key);
      return keys;
    };

    // The empty key is stored as a backslash, which sorts between upper and lower case.
    expect(await list()).toEqual(['', 'a', 'b', 'c']);
    expect(await list('')).toEqual(['a', 'b', 'c']);
    expect(await list('b')).toEqual(['c']);
  });
});

it('names panes in memory as tests expect them', () => {
  expect(nameOf(ref(0))).toBe(`views|home|${T0}|${LANE}`);
});
