import { describe, expect, test } from 'vitest';
import type { EngineEvent, StreamEvent } from '../../lib/esm/index.ts';
import { EngineStoppedError, InMemoryCheckpointStore } from '../../lib/esm/index.ts';
import { laneOf } from '../../lib/esm/lane-of.ts';
import { Harness } from './harness.ts';

function oneShard(records = 0): Harness {
  const harness = new Harness();
  harness.stream.addShard('s1');
  harness.stream.put('s1', records);
  return harness;
}

describe('a mapping that runs', () => {
  test('reads nothing while it is disabled, and goes on where it was', async () => {
    const harness = oneShard(3);
    const mapping = harness.start({}, () => null);
    await mapping.drained();
    await mapping.disable();
    expect(mapping.enabled).toBe(false);
    harness.stream.put('s1', 2);
    await harness.clock.sleep(60_000);
    await mapping.drained();
    expect(harness.batches).toHaveLength(1);
    await mapping.enable();
    await mapping.drained();
    expect(harness.batches).toEqual([
      ['1', '2', '3'],
      ['4', '5'],
    ]);
  });

  test('finishes the invocation under way when it is disabled', async () => {
    const harness = oneShard(4);
    let finished = 0;
    const mapping = harness.start({ BatchSize: 2 }, async () => {
      await harness.clock.sleep(5_000);
      finished += 1;
    });
    await mapping.ready();
    await harness.clock.sleep(1_000);
    await mapping.disable();
    expect(finished).toBe(1);
    await mapping.enable();
    await mapping.drained();
    expect(harness.batches).toEqual([
      ['1', '2'],
      ['3', '4'],
    ]);
  });

  test('keeps what LATEST was, with nothing dealt with yet', async () => {
    const harness = oneShard(2);
    const mapping = harness.start({ StartingPosition: 'LATEST' }, () => {
      throw new Error('not yet');
    });
    await mapping.ready();
    harness.stream.put('s1', 1);
    await harness.clock.sleep(2_000);
    await mapping.disable();
    harness.stream.put('s1', 1);
    harness.batches.length = 0;
    await mapping.enable();
    await harness.clock.sleep(100);
    expect(harness.batches[0]).toEqual(['3', '4']);
  });

  test('begins when it is enabled, if it was not at first', async () => {
    const harness = oneShard(1);
    const mapping = harness.start({ Enabled: false }, () => null);
    await mapping.ready();
    expect(mapping.enabled).toBe(false);
    await mapping.enable();
    await mapping.drained();
    expect(harness.batches).toEqual([['1']]);
  });

  test('finds the shards that appeared while it was disabled', async () => {
    const harness = oneShard(1);
    const mapping = harness.start({ StartingPosition: 'LATEST' }, () => null);
    await mapping.ready();
    await mapping.disable();
    harness.stream.closeShard('s1');
    harness.stream.addShard('s2', 's1');
    harness.stream.put('s2', 1);
    await mapping.enable();
    await mapping.drained();
    expect(harness.batches).toEqual([['2']]);
  });

  test('takes other settings without losing its position', async () => {
    const harness = oneShard(3);
    const mapping = harness.start({ BatchSize: 1 }, () => null);
    await mapping.drained();
    await mapping.update({ BatchSize: 10 });
    harness.stream.put('s1', 3);
    await mapping.drained();
    await expect(mapping.update({ BatchSize: 0 })).rejects.toThrow(/BatchSize is 0/);
    await mapping.update({ Enabled: false });
    expect(mapping.enabled).toBe(false);
    expect(harness.batches).toEqual([['1'], ['2'], ['3'], ['4', '5', '6']]);
  });

  test('lets nobody go who waits for the drain while it takes other settings', async () => {
    const harness = oneShard(6);
    const mapping = harness.start({ BatchSize: 1 }, () => harness.clock.sleep(1_000));
    await mapping.ready();
    const before = mapping.drained();
    const updated = mapping.update({ BatchSize: 2 });
    expect(mapping.enabled).toBe(true);
    const during = mapping.drained().then(() => harness.batches.flat());
    await before;
    const all = ['1', '2', '3', '4', '5', '6'];
    expect(harness.batches.flat()).toEqual(all);
    expect(await during).toEqual(all);
    await updated;
  });

  test('that is disabled while it takes other settings stays so', async () => {
    const harness = oneShard(6);
    const mapping = harness.start({ BatchSize: 1 }, () => harness.clock.sleep(1_000));
    await mapping.ready();
    const drained = mapping.drained();
    await Promise.all([mapping.update({ BatchSize: 2 }), mapping.disable()]);
    await drained;
    const { length } = harness.batches;
    await harness.clock.sleep(10_000);
    expect(mapping.enabled).toBe(false);
    expect(harness.batches).toHaveLength(length);
  });

  test('takes changes that are made at once, and gives nothing more once one disables it', async () => {
    const harness = oneShard(6);
    const mapping = harness.start({ BatchSize: 1 }, () => harness.clock.sleep(1_000));
    await mapping.ready();
    await harness.clock.sleep(500);
    await Promise.all([mapping.update({ BatchSize: 2 }), mapping.update({ BatchSize: 3 })]);
    await harness.clock.sleep(500);
    await mapping.update({ BatchSize: 1, Enabled: false });
    expect(harness.batches).toEqual([['1'], ['2', '3', '4']]);
    await mapping.update({ Enabled: true });
    await mapping.drained();
    expect(harness.batches.slice(2)).toEqual([['5'], ['6']]);
  });

  test('stops when its checkpoints cannot be kept while it takes other settings', async () => {
    const harness = oneShard(1);
    const flush = () => (mapping.enabled ? Promise.reject(new Error('disk full')) : Promise.resolve());
    const checkpoints = Object.assign(new InMemoryCheckpointStore(), { flush });
    const mapping = harness.start({}, () => null, { checkpoints });
    await mapping.drained();
    await expect(mapping.update({ BatchSize: 2 })).rejects.toThrow('disk full');
    await expect(mapping.drained()).rejects.toThrow('disk full');
    expect(mapping.enabled).toBe(false);
  });

  test('is not enabled again once it is stopped', async () => {
    const mapping = oneShard().start({}, () => null);
    await mapping.ready();
    await mapping.stop();
    await expect(mapping.enable()).rejects.toThrow(EngineStoppedError);
  });
});

describe('lanes', () => {
  test('that are blocked do not stop the others, until they hold as much as all may', async () => {
    const harness = new Harness();
    harness.stream.addShard('s1');
    harness.stream.put('s1', 1, { orderKey: 'bad' });
    for (let n = 0; n < 4_000; n += 1) harness.stream.put('s1', 1, { orderKey: `k${n % 50}` });
    const delivered = new Set<string>();
    const mapping = harness.start({ ParallelizationFactor: 2, BatchSize: 100 }, (batch) => {
      if (batch.includes('1')) throw new Error('never');
      for (const n of batch) delivered.add(n);
    });
    await mapping.ready();
    await harness.clock.sleep(120_000);
    const [stats] = mapping.stats();
    const open = (stats?.recordsRead ?? 0) - delivered.size;
    expect(delivered.size).toBeGreaterThan(1_000);
    expect(open).toBeGreaterThanOrEqual(2_000);
    expect(open).toBeLessThan(2_000 + harness.stream.pageSize);
    expect(stats?.checkpoint).toBeUndefined();
  });
});

describe('tumbling windows', () => {
  const SETTINGS = { TumblingWindowInSeconds: 60 };
  const keep = (_: unknown, __: unknown, event: StreamEvent) => ({ state: { ...event.state } });

  test('give the event the form of Lambda, and the final invocation no records', async () => {
    const harness = oneShard(1);
    const events: StreamEvent[] = [];
    const mapping = harness.start(SETTINGS, (batch, _, event) => {
      events.push(event);
      return { state: { count: batch.length + 41 } };
    });
    await mapping.drained();
    harness.stream.closeShard('s1');
    await mapping.drained();
    const about = {
      window: { start: '2024-01-01T00:00:00Z', end: '2024-01-01T00:01:00Z' },
      shardId: 's1',
      eventSourceARN: 'arn:aws:kinesis:us-east-1:000000000000:stream/events',
      isWindowTerminatedEarly: false,
    };
    expect(events).toMatchObject([
      { ...about, Records: [{ sequenceNumber: '1' }], state: {}, isFinalInvokeForWindow: false },
      { ...about, Records: [], state: { count: 42 }, isFinalInvokeForWindow: true },
    ]);
    expect(mapping.stats()).toMatchObject([{ windowsClosed: 1 }]);
  });

  test('that nothing follows end two minutes after their end', async () => {
    const harness = oneShard(1);
    const begin = harness.clock.now();
    const mapping = harness.start(SETTINGS, keep);
    await mapping.ready();
    await harness.clock.sleep(200_000);
    expect(harness.batches).toEqual([['1'], []]);
    const waitedMs = (harness.times[1] ?? 0) - begin - 60_000;
    expect(waitedMs).toBeGreaterThanOrEqual(120_000);
    expect(waitedMs).toBeLessThan(121_000);
  });

  test('end when a record of the next one comes', async () => {
    const harness = oneShard(1);
    const mapping = harness.start(SETTINGS, keep);
    await mapping.ready();
    await harness.clock.sleep(60_000);
    harness.stream.put('s1', 1);
    await mapping.drained();
    expect(harness.batches).toEqual([['1'], [], ['2']]);
  });

  test('end early when the state is over 1 MB, and go on with an empty one', async () => {
    const harness = oneShard(3);
    const told: (readonly [number, number, boolean | undefined, boolean | undefined])[] = [];
    const mapping = harness.start({ ...SETTINGS, BatchSize: 1 }, (batch, _, event) => {
      const size = JSON.stringify(event.state).length;
      told.push([batch.length, size, event.isFinalInvokeForWindow, event.isWindowTerminatedEarly]);
      return { state: { text: batch.includes('1') ? 'x'.repeat(1_100_000) : 'y' } };
    });
    await mapping.drained();
    harness.stream.closeShard('s1');
    await mapping.drained();
    expect(told).toEqual([
      [1, 2, false, false],
      [0, 1_100_011, true, true],
      [1, 2, false, false],
      [1, 12, false, false],
      [0, 12, true, false],
    ]);
    const closed = harness.ofType('windowClosed').map(({ early }) => early);
    expect(closed).toEqual([true, false]);
  });

  test.each([
    ['no answer', null],
    ['no state', {}],
    ['a state of null', { state: null }],
    ['a list', { state: [] }],
  ])('take %s for a failure, of the final invocation too', async (_, answer) => {
    const harness = oneShard(1);
    harness.stream.closeShard('s1');
    const mapping = harness.start({ ...SETTINGS, MaximumRetryAttempts: 0 }, () =>
      harness.batches.length === 4 ? { state: {} } : answer,
    );
    await mapping.drained();
    // Given up once, as its retries allow; the final invocation is repeated until it succeeds.
    expect(harness.batches).toEqual([['1'], [], [], []]);
    expect(harness.messages).toMatchObject([{ responseContext: { functionError: null } }]);
  });

  test('do not count again what a lane had done behind the checkpoint', async () => {
    const harness = new Harness();
    harness.stream.addShard('s1');
    harness.stream.put('s1', 1, { orderKey: 'a' });
    harness.stream.put('s1', 1, { orderKey: 'slow' });
    harness.stream.put('s1', 3, { orderKey: 'a' });
    expect(laneOf('a', 2)).not.toBe(laneOf('slow', 2));
    const checkpoints = new InMemoryCheckpointStore();
    const finals: unknown[] = [];
    let isBlocked = true;
    const start = () =>
      harness.start(
        { ...SETTINGS, ParallelizationFactor: 2 },
        (batch, _, { state, isFinalInvokeForWindow }) => {
          if (batch.includes('2') && isBlocked) throw new Error('not yet');
          if (isFinalInvokeForWindow) finals.push(state);
          return { state: { n: Number(state && 'n' in state ? state.n : 0) + batch.length } };
        },
        { checkpoints },
      );
    const first = start();
    await first.ready();
    await harness.clock.sleep(1_000);
    await first.stop();
    expect(await checkpoints.load('s1')).toMatchObject({
      sequenceNumber: '1',
      tumbling: { ahead: [{ lanes: 2, lane: laneOf('a', 2), through: '5' }] },
    });
    isBlocked = false;
    const second = start();
    harness.stream.closeShard('s1');
    await second.drained();
    expect(finals).toHaveLength(2);
    expect(finals).toEqual(expect.arrayContaining([{ n: 4 }, { n: 1 }]));
  });

  test('of an engine with other lanes are handed over before anything is read', async () => {
    const harness = oneShard(1);
    const checkpoints = new InMemoryCheckpointStore();
    const count = (batch: readonly string[], _: unknown, { state }: StreamEvent) => ({
      state: { n: Number(state && 'n' in state ? state.n : 0) + batch.length },
    });
    const first = harness.start({ ...SETTINGS, ParallelizationFactor: 1 }, count, { checkpoints });
    await first.drained();
    await first.stop();
    harness.stream.put('s1', 1);
    const second = harness.start({ ...SETTINGS, ParallelizationFactor: 2 }, count, { checkpoints });
    await second.drained();
    expect(harness.batches).toEqual([['1'], [], ['2']]);
    const closed = harness.events.filter(
      (event): event is Extract<EngineEvent, { type: 'windowClosed' }> => event.type === 'windowClosed',
    );
    expect(closed).toMatchObject([{ early: true }]);
  });
});
