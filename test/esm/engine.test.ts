import { describe, expect, test } from 'vitest';
import {
  EngineStoppedError,
  InMemoryCheckpointStore,
  NotInvokedError,
  TrimmedDataError,
  startEventSourceMapping,
} from '../../lib/esm/index.ts';
import type { Handler } from './harness.ts';
import { Harness, MAPPING } from './harness.ts';

const range = (first: number, last: number) =>
  Array.from({ length: last - first + 1 }, (_, index) => String(first + index));
const failing = (sequenceNumber: string) => ({ batchItemFailures: [{ itemIdentifier: sequenceNumber }] });

/** A stream of one open shard. */
function oneShard(records = 0, put: { bytes?: number; ageMs?: number } = {}): Harness {
  const harness = new Harness();
  harness.stream.addShard('s1');
  harness.stream.put('s1', records, put);
  return harness;
}

describe('batches', () => {
  test('hold at most BatchSize records, in order', async () => {
    const harness = oneShard(7);
    await harness.start({ BatchSize: 3 }, () => null).drained();
    expect(harness.batches).toEqual([range(1, 3), range(4, 6), ['7']]);
  });

  test('end where the payload would exceed 6 MB', async () => {
    const harness = oneShard(3, { bytes: 2_500_000 });
    await harness.start({}, () => null).drained();
    expect(harness.batches).toEqual([range(1, 2), ['3']]);
  });

  test('gather records over reads until the window ends', async () => {
    const harness = oneShard(2);
    const begin = harness.clock.now();
    const mapping = harness.start({ BatchSize: 10, MaximumBatchingWindowInSeconds: 20 }, () => null);
    await mapping.ready();
    void harness.clock.sleep(5_000).then(() => harness.stream.put('s1', 1));
    await mapping.drained();
    expect(harness.batches).toEqual([range(1, 3)]);
    expect(harness.times[0]).toBe(begin + 20_000);
  });

  test('do not wait for the window once they are full', async () => {
    const harness = oneShard(2);
    const begin = harness.clock.now();
    await harness.start({ BatchSize: 2, MaximumBatchingWindowInSeconds: 20 }, () => null).drained();
    expect(harness.times).toEqual([begin]);
  });

  test('do not wait for the window at the end of a closed shard', async () => {
    const harness = oneShard(2);
    harness.stream.closeShard('s1');
    const begin = harness.clock.now();
    await harness.start({ MaximumBatchingWindowInSeconds: 20 }, () => null).drained();
    expect(harness.times).toEqual([begin]);
  });

  test('of one shard are never under way together, of two shards they are', async () => {
    const harness = oneShard(4);
    harness.stream.addShard('s2');
    harness.stream.put('s2', 4);
    const underWay = new Map<string, number>();
    let together = 0;
    await harness
      .start({ BatchSize: 1 }, async (_, { shardId }) => {
        underWay.set(shardId, (underWay.get(shardId) ?? 0) + 1);
        expect(underWay.get(shardId)).toBe(1);
        together = Math.max(
          together,
          [...underWay.values()].reduce((sum, count) => sum + count),
        );
        await harness.clock.sleep(1_000);
        underWay.set(shardId, 0);
      })
      .drained();
    expect(together).toBe(2);
    expect(harness.batches).toHaveLength(8);
  });
});

describe('failures', () => {
  test('are retried with growing pauses until they pass', async () => {
    const harness = oneShard(2);
    const begin = harness.clock.now();
    const mapping = harness.start({}, () => {
      if (harness.batches.length <= 4) throw new Error('not yet');
    });
    await mapping.drained();
    expect(harness.batches).toEqual(Array.from({ length: 5 }, () => range(1, 2)));
    expect(harness.times.map((time) => time - begin)).toEqual([0, 500, 1_500, 3_500, 7_500]);
    expect(mapping.stats()).toMatchObject([
      { invocations: 5, retries: 4, batchesFailed: 4, checkpoint: '2' },
    ]);
  });

  test('end in a message when the attempts are spent, and the shard goes on', async () => {
    const harness = oneShard(4);
    const mapping = harness.start({ BatchSize: 2, MaximumRetryAttempts: 1 }, (batch) => {
      if (batch.includes('1')) throw new Error('never');
    });
    await mapping.drained();
    expect(harness.batches).toEqual([range(1, 2), range(1, 2), range(3, 4)]);
    expect(harness.messages).toMatchObject([
      {
        requestContext: { condition: 'RetryAttemptsExhausted', approximateInvokeCount: 2 },
        responseContext: { functionError: 'Unhandled' },
        KinesisBatchInfo: { startSequenceNumber: '1', endSequenceNumber: '2', batchSize: 2 },
      },
    ]);
    expect(mapping.stats()).toMatchObject([{ batchesDiscarded: 1, recordsDiscarded: 2, checkpoint: '4' }]);
  });

  test('are not retried at all with MaximumRetryAttempts 0', async () => {
    const harness = oneShard(1);
    await harness
      .start({ MaximumRetryAttempts: 0 }, () => {
        throw new Error('never');
      })
      .drained();
    expect(harness.batches).toHaveLength(1);
    expect(harness.messages).toHaveLength(1);
  });

  test('that are given up move the checkpoint along', async () => {
    const harness = oneShard(1);
    const checkpoints = new InMemoryCheckpointStore();
    const handler: Handler = () => {
      throw new Error('never');
    };
    await harness.start({ MaximumRetryAttempts: 0 }, handler, { checkpoints }).drained();
    expect(await checkpoints.load('s1')).toEqual({ type: 'AFTER_SEQUENCE_NUMBER', sequenceNumber: '1' });
  });

  test('that a function reports bring only the tail again', async () => {
    const harness = oneShard(5);
    const settings = { FunctionResponseTypes: ['ReportBatchItemFailures'] };
    await harness.start(settings, () => (harness.batches.length === 1 ? failing('3') : null)).drained();
    expect(harness.batches).toEqual([range(1, 5), range(3, 5)]);
  });

  test('that a function reports unasked are not looked at', async () => {
    const harness = oneShard(5);
    await harness.start({}, () => failing('3')).drained();
    expect(harness.batches).toEqual([range(1, 5)]);
  });

  test('that are reported in a senseless way have no function error', async () => {
    const harness = oneShard(1);
    const settings = { FunctionResponseTypes: ['ReportBatchItemFailures'], MaximumRetryAttempts: 2 };
    await harness.start(settings, () => failing('')).drained();
    expect(harness.messages).toMatchObject([
      { requestContext: { approximateInvokeCount: 3 }, responseContext: { functionError: null } },
    ]);
  });

  test('are split until the bad record stands alone, without spending its retries', async () => {
    const harness = oneShard(4);
    await harness
      .start({ BisectBatchOnFunctionError: true, MaximumRetryAttempts: 1 }, (batch) => {
        if (batch.includes('3')) throw new Error('never');
      })
      .drained();
    expect(harness.batches).toEqual([range(1, 4), range(1, 2), range(3, 4), ['3'], ['3'], ['4']]);
    expect(harness.messages).toMatchObject([
      {
        requestContext: { approximateInvokeCount: 2 },
        KinesisBatchInfo: { startSequenceNumber: '3', batchSize: 1 },
      },
    ]);
  });

  test('are split at the reported record', async () => {
    const harness = oneShard(4);
    const settings = {
      BisectBatchOnFunctionError: true,
      MaximumRetryAttempts: 0,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
    };
    await harness.start(settings, (batch) => (batch.includes('2') ? failing('2') : null)).drained();
    expect(harness.batches).toEqual([range(1, 4), range(2, 4), range(2, 3), ['2'], ['3'], ['4']]);
    expect(harness.messages).toHaveLength(1);
  });

  test('to invoke at all spend no attempt', async () => {
    const harness = oneShard(1);
    const mapping = harness.start({ MaximumRetryAttempts: 0 }, () => {
      if (harness.batches.length <= 3) throw new NotInvokedError('throttled');
    });
    await mapping.drained();
    expect(harness.batches).toHaveLength(4);
    expect(harness.messages).toHaveLength(0);
    expect(harness.ofType('retrying').map(({ delayMs }) => delayMs)).toEqual([500, 1_000, 2_000]);
    expect(mapping.stats()).toMatchObject([{ invocations: 1, batchesFailed: 0 }]);
  });
});

describe('record age', () => {
  test('gives up what is too old before it is ever tried', async () => {
    const harness = oneShard(2, { ageMs: 61_000 });
    harness.stream.put('s1', 1);
    await harness.start({ MaximumRecordAgeInSeconds: 60 }, () => null).drained();
    expect(harness.batches).toEqual([['3']]);
    expect(harness.messages).toMatchObject([
      {
        requestContext: { condition: 'RecordAgeExceeded', approximateInvokeCount: 1 },
        KinesisBatchInfo: { startSequenceNumber: '1', endSequenceNumber: '2' },
      },
    ]);
  });

  test('moves the checkpoint past what it gives up', async () => {
    const harness = oneShard(1, { ageMs: 61_000 });
    const checkpoints = new InMemoryCheckpointStore();
    await harness.start({ MaximumRecordAgeInSeconds: 60 }, () => null, { checkpoints }).drained();
    expect(await checkpoints.load('s1')).toEqual({ type: 'AFTER_SEQUENCE_NUMBER', sequenceNumber: '1' });
  });

  test('ends retries as AWS was seen to: eight attempts counted in a minute', async () => {
    const harness = oneShard(1);
    const givenUp = new Date(harness.clock.now() + 60_001).toISOString();
    await harness
      .start({ MaximumRecordAgeInSeconds: 60, MaximumRetryAttempts: -1 }, () => {
        throw new Error('never');
      })
      .drained();
    expect(harness.batches).toHaveLength(7);
    expect(harness.messages).toMatchObject([
      { requestContext: { condition: 'RecordAgeExceeded', approximateInvokeCount: 8 }, timestamp: givenUp },
    ]);
  });
});

describe('shards', () => {
  test('are read after their parents', async () => {
    const harness = new Harness();
    for (const id of ['p1', 'p2']) harness.stream.addShard(id);
    harness.stream.addShard('child', 'p1', 'p2');
    harness.stream.put('child', 1);
    harness.stream.put('p1', 1);
    harness.stream.put('p2', 1);
    for (const id of ['p1', 'p2']) harness.stream.closeShard(id);
    const order: string[] = [];
    const mapping = harness.start({}, async (_, { shardId }) => {
      if (shardId === 'p2') await harness.clock.sleep(10_000);
      order.push(shardId);
    });
    await mapping.drained();
    expect(order).toEqual(['p1', 'p2', 'child']);
    expect(mapping.stats().map(({ state }) => state)).toEqual(['ended', 'ended', 'reading']);
  });

  test('that appear later are read from their beginning, even with LATEST', async () => {
    const harness = oneShard(1);
    const mapping = harness.start({ StartingPosition: 'LATEST' }, () => null);
    await mapping.ready();
    harness.stream.put('s1', 1);
    harness.stream.addShard('s2', 's1');
    harness.stream.put('s2', 1);
    harness.stream.closeShard('s1');
    await mapping.drained();
    expect(harness.batches).toEqual([['2'], ['3']]);
  });

  test('that wait for a parent begin where LATEST was at the start', async () => {
    const harness = oneShard(1);
    harness.stream.addShard('child', 's1');
    harness.stream.closeShard('s1');
    harness.stream.put('child', 1);
    harness.stream.readErrors.push(new Error('the parent keeps the child waiting'));
    const mapping = harness.start({ StartingPosition: 'LATEST' }, () => null);
    await mapping.ready();
    harness.stream.put('child', 1);
    await mapping.drained();
    expect(harness.batches).toEqual([['3']]);
  });

  test('that a split made are part of what has to drain, however long they take to be listed', async () => {
    const harness = oneShard(1);
    harness.stream.addShard('other');
    const mapping = harness.start({}, (_, { shardId }) => {
      if (shardId !== 's1') return;
      harness.stream.addShard('child', 's1');
      harness.stream.put('child', 1);
      harness.stream.closeShard('s1');
      harness.stream.listingMs = 5_000;
    });
    await mapping.drained();
    expect(harness.batches).toEqual([['1'], ['2']]);
  });

  test('whose parents are gone are read', async () => {
    const harness = new Harness();
    harness.stream.addShard('child', 'trimmed');
    harness.stream.put('child', 1);
    await harness.start({}, () => null).drained();
    expect(harness.batches).toEqual([['1']]);
  });

  test('begin at a time when asked to', async () => {
    const harness = oneShard(1, { ageMs: 10_000 });
    harness.stream.put('s1', 1);
    const StartingPositionTimestamp = harness.clock.now() / 1_000 - 5;
    await harness
      .start({ StartingPosition: 'AT_TIMESTAMP', StartingPositionTimestamp }, () => null)
      .drained();
    expect(harness.batches).toEqual([['2']]);
  });
});

describe('reading', () => {
  test('goes on after the last record when an iterator has expired', async () => {
    const harness = oneShard(4);
    harness.stream.pageSize = 2;
    const mapping = harness.start({ BatchSize: 2 }, () => {
      if (harness.batches.length === 1) harness.stream.expireIterators();
    });
    await mapping.drained();
    expect(harness.batches).toEqual([range(1, 2), range(3, 4)]);
    expect(harness.stream.positions.at(-1)?.position).toEqual({
      type: 'AFTER_SEQUENCE_NUMBER',
      sequenceNumber: '2',
    });
  });

  test('begins at the oldest record left when the position has left the stream', async () => {
    const harness = oneShard(2);
    const checkpoints = new InMemoryCheckpointStore();
    await checkpoints.save('s1', { type: 'AFTER_SEQUENCE_NUMBER', sequenceNumber: 'gone' });
    harness.stream.iteratorErrors.push(new TrimmedDataError('trimmed'));
    await harness.start({}, () => null, { checkpoints }).drained();
    expect(harness.stream.positions.map(({ position }) => position.type)).toEqual([
      'AFTER_SEQUENCE_NUMBER',
      'TRIM_HORIZON',
    ]);
    expect(harness.batches).toEqual([range(1, 2)]);
  });

  test('begins at the oldest record left when records leave the stream under the reader', async () => {
    const harness = oneShard(2);
    const checkpoints = new InMemoryCheckpointStore();
    await checkpoints.save('s1', { type: 'AFTER_SEQUENCE_NUMBER', sequenceNumber: '2' });
    harness.stream.readErrors.push(new TrimmedDataError('trimmed'));
    await harness.start({}, () => null, { checkpoints }).drained();
    expect(harness.stream.positions.at(-1)?.position.type).toBe('TRIM_HORIZON');
  });

  test('is tried again after an error, which is told', async () => {
    const harness = oneShard(1);
    harness.stream.readErrors.push(new Error('throttled'), new Error('throttled'));
    await harness.start({}, () => null).drained();
    expect(harness.batches).toEqual([['1']]);
    expect(harness.ofType('sourceFailed').map(({ delayMs }) => delayMs)).toEqual([500, 1_000]);
  });
});

describe('a mapping', () => {
  test('goes on from the checkpoints of another', async () => {
    const harness = oneShard(3);
    harness.stream.addShard('s2');
    harness.stream.put('s2', 1);
    harness.stream.closeShard('s2');
    const checkpoints = new InMemoryCheckpointStore();
    const first = harness.start({}, () => null, { checkpoints });
    await first.drained();
    await first.stop();
    expect(await checkpoints.load('s2')).toEqual({ type: 'SHARD_END' });
    harness.stream.put('s1', 2);
    harness.batches.length = 0;
    const second = harness.start({}, () => null, { checkpoints });
    await second.drained();
    expect(harness.batches).toEqual([range(5, 6)]);
  });

  test('that goes on reads from their beginning the shards that a split made while it was stopped', async () => {
    const harness = oneShard(1);
    const checkpoints = new InMemoryCheckpointStore();
    const start = () => harness.start({ StartingPosition: 'LATEST' }, () => null, { checkpoints });
    const first = start();
    await first.ready();
    harness.stream.put('s1', 1);
    await first.drained();
    await first.stop();
    harness.stream.closeShard('s1');
    harness.stream.addShard('child', 's1');
    harness.stream.put('child', 1);
    harness.stream.closeShard('child');
    harness.stream.addShard('grandchild', 'child', 'gone');
    harness.stream.addShard('stranger');
    harness.stream.put('grandchild', 1);
    harness.stream.put('stranger', 1);
    await start().drained();
    expect(harness.batches).toEqual([['2'], ['3'], ['4']]);
  });

  test('keeps the checkpoint of the invocation that it stops in', async () => {
    const harness = oneShard(4);
    const checkpoints = new InMemoryCheckpointStore();
    const stopped = new Promise<void>((resolve) => {
      const mapping = harness.start(
        { BatchSize: 2 },
        () => {
          resolve(mapping.stop());
        },
        { checkpoints },
      );
    });
    await stopped;
    expect(harness.batches).toEqual([range(1, 2)]);
    expect(await checkpoints.load('s1')).toEqual({ type: 'AFTER_SEQUENCE_NUMBER', sequenceNumber: '2' });
  });

  test('that is aborted tells the invocation, and keeps no checkpoint of it', async () => {
    const harness = oneShard(1);
    const checkpoints = new InMemoryCheckpointStore();
    const aborted = new Promise<boolean>((resolve) => {
      const mapping = harness.start(
        {},
        (_, { signal }) => {
          const ended = new Promise((end) => {
            signal.addEventListener('abort', end);
          });
          void mapping.stop({ abort: true }).then(() => {
            resolve(signal.aborted);
          });
          return ended;
        },
        { checkpoints },
      );
    });
    expect(await aborted).toBe(true);
    expect(await checkpoints.load('s1')).toBeUndefined();
  });

  test('refuses to say that it has drained once it is stopped', async () => {
    const harness = oneShard(0);
    const mapping = harness.start({}, () => null);
    await mapping.drained();
    await mapping.stop();
    await expect(mapping.drained()).rejects.toThrow(EngineStoppedError);
  });

  test('that is not enabled reads nothing', async () => {
    const harness = oneShard(1);
    const mapping = harness.start({ Enabled: false }, () => null);
    await mapping.ready();
    await mapping.drained();
    expect(harness.batches).toEqual([]);
    expect(harness.stream.positions).toEqual([]);
  });

  test('without the client it needs says which', () => {
    const start = () => startEventSourceMapping({ mapping: MAPPING, invoke: () => Promise.resolve() });
    expect(start).toThrow(/pass a client for it as kinesis/);
  });

  test('gives each invocation an id of its own, and the on-failure message the last', async () => {
    const harness = new Harness();
    harness.stream.addShard('s1');
    harness.stream.put('s1', 1);
    const ids: string[] = [];
    const handler: Handler = (_, { requestId }) => {
      ids.push(requestId);
      throw new Error('never');
    };
    await harness.start({ MaximumRetryAttempts: 1 }, handler, { random: Math.random }).drained();
    expect(new Set(ids).size).toBe(2);
    expect(ids[0]).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(harness.messages[0]?.requestContext.requestId).toBe(ids[1]);
  });

  test('names in the on-failure message the last invocation that had the records', async () => {
    const harness = new Harness();
    harness.stream.addShard('s1');
    harness.stream.put('s1', 2);
    const ids: string[] = [];
    const settings = { BisectBatchOnFunctionError: true, MaximumRecordAgeInSeconds: 60 };
    const handler: Handler = async (batch, { requestId }) => {
      ids.push(requestId);
      if (batch.length === 2) throw new Error('too many');
      await harness.clock.sleep(61_000);
    };
    await harness.start(settings, handler, { random: Math.random }).drained();
    expect(harness.batches).toEqual([range(1, 2), range(1, 1)]);
    expect(harness.messages).toMatchObject([
      { requestContext: { requestId: ids[0], condition: 'RecordAgeExceeded' } },
    ]);
  });
});
