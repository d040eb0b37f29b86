import { describe, expect, it } from 'vitest';
import { FailedBatchError } from '../../lib/redrive/failed-batch.ts';
import { redriveFailure, type FailureContext } from '../../lib/redrive/redrive-failure.ts';
import { bruteForce, stored } from '../support/brute-force.ts';
import { sequence, SHARD, STREAM } from '../support/kinesis.ts';
import { MemoryAlertStore, MemoryPaneReader, MemoryTimerStore } from '../support/memory-alerts.ts';
import { noDerivations } from '../support/memory-derived.ts';
import { MemoryHistoryStore, noDispatching } from '../support/memory-dispatch.ts';
import { noRollups } from '../support/memory-rollups.ts';
import { pipeline } from '../support/pipeline.ts';
import { event, laneOf } from './setup.ts';

const events = [event(0), event(1), event(2)];

function setUp(objects: Readonly<Record<string, string>> = {}) {
  const lane = laneOf(events);
  const { quarantine } = lane.context;
  const [panes, alerts] = [new MemoryPaneReader(), new MemoryAlertStore()];
  const timers = new MemoryTimerStore();
  const context: FailureContext = {
    ...lane.context,
    fetch: ({ bucket, key }) => {
      const object = objects[`${bucket}/${key}`];
      return object === undefined ? Promise.reject(new Error('NoSuchKey')) : Promise.resolve(object);
    },
    changes: {
      tables: { aggregates: 'aggregates', alerts: 'alerts' },
      evaluate: {
        pipeline,
        panes,
        alerts,
        timers,
        rollups: noRollups,
        derivations: noDerivations,
        dispatching: noDispatching,
        quarantine,
        concurrency: 1,
      },
      notify: {
        pipeline,
        panes,
        alerts,
        timers,
        dispatching: noDispatching,
        history: new MemoryHistoryStore(),
        publish: () => Promise.resolve(),
        quarantine,
        concurrency: 1,
        mayGoOn: () => true,
      },
    },
  };
  return { ...lane, redrive: (message: object) => redriveFailure(context, JSON.stringify(message)) };
}

const info = {
  streamArn: STREAM,
  shardId: SHARD,
  startSequenceNumber: sequence(0),
  endSequenceNumber: sequence(1),
  batchSize: 2,
};
const inBucket = (key: string): object => ({ Records: [{ s3: { bucket: { name: 'b' }, object: { key } } }] });

describe('redriveFailure', () => {
  it('repairs what the message of the event stream names', async () => {
    const lane = setUp();
    await lane.apply(2, 3);

    expect(await lane.redrive({ KinesisBatchInfo: info })).toEqual({
      kind: 'repaired',
      detail: '2 records folded into 2 panes',
    });
    expect(stored(lane.store)).toEqual(bruteForce(events).panes);
  });

  it('keeps what the message of another stage’s stream names, and folds nothing of it', async () => {
    const lane = setUp();
    const streamArn = STREAM.replace(/views$/, 'others');

    expect(await lane.redrive({ KinesisBatchInfo: { ...info, streamArn } })).toEqual({
      kind: 'kept',
      detail: "the records are of stream others, and this stage's is views; run with that --stage",
    });
    expect(lane.store.items.size).toBe(0);
  });

  it('gives what the message of a table’s stream names to its handler', async () => {
    const streamArn = 'arn:aws:dynamodb:us-east-1:000000000000:table/others/stream/2024';

    expect(await setUp().redrive({ DDBStreamBatchInfo: { ...info, streamArn } })).toMatchObject({
      kind: 'kept',
      detail: expect.stringContaining('table others') as unknown,
    });
  });

  it('reads the message in the object that a bucket tells of', async () => {
    const object = JSON.stringify({ KinesisBatchInfo: info, payload: '{"Records":[]}' });

    expect(await setUp({ 'b/k': object }).redrive(inBucket('k'))).toMatchObject({ kind: 'repaired' });
    await expect(setUp().redrive(inBucket('k'))).rejects.toThrow('NoSuchKey');
  });

  it('does not go from object to object', async () => {
    const lane = setUp({ 'b/k': JSON.stringify(inBucket('k')) });

    await expect(lane.redrive(inBucket('k'))).rejects.toThrow(FailedBatchError);
  });

  it('says what the record’s retention leaves to be done', async () => {
    const lane = setUp();
    lane.shard.trimTo(1);

    expect(await lane.redrive({ KinesisBatchInfo: info })).toMatchObject({
      kind: 'kept',
      detail: expect.stringContaining('no longer in the stream') as unknown,
    });
  });
});
