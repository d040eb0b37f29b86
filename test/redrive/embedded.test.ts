import { SubscribeCommand } from '@aws-sdk/client-sns';
import { CreateQueueCommand } from '@aws-sdk/client-sqs';
import { S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startEventSourceMapping } from '../../lib/esm/index.ts';
import { createInterpreter } from '../../lib/fold/interpret.ts';
import { handleAggregate } from '../../lib/handle/aggregate.ts';
import type { EmbeddedAws } from '../../lib/local/aws/embedded.ts';
import { readDelivered } from '../../lib/local/delivered.ts';
import { readTopics } from '../../lib/notify/topics.ts';
import type { Pipeline } from '../../lib/pipeline/pipeline.ts';
import type { QuarantineMessage } from '../../lib/quarantine/message.ts';
import { describeFailure, describeQuarantined } from '../../lib/redrive/describe.ts';
import { Queue } from '../../lib/redrive/queue.ts';
import { redriveQueue, type MessageDone } from '../../lib/redrive/redrive-queue.ts';
import { createRedriver } from '../../lib/redrive/redriver.ts';
import type { PaneStore } from '../../lib/store/port.ts';
import { Retry } from '../../lib/store/retry.ts';
import { bruteForce, contentOf, type TestEvent } from '../support/brute-force.ts';
import { SHARD } from '../support/kinesis.ts';
import { minutes, pipeline } from '../support/pipeline.ts';
import {
  bodiesOn,
  createStage,
  giveUp,
  panesOf,
  putAll,
  quarantineOf,
  queueArn,
  readChanges,
  readStream,
  shardStart,
  startAws,
  storeOf,
  type TestStage,
} from '../support/stage.ts';
import { badEvent, event } from './setup.ts';

let aws: EmbeddedAws;
let stages = 0;
beforeAll(async () => {
  aws = await startAws();
});
afterAll(() => aws.stop());

const newStage = (): Promise<TestStage> => createStage(aws, `weir-test${stages++}`);

/** Redrives a queue of a stage, as the function does. */
async function redrive(
  stage: TestStage,
  from: 'failures' | 'quarantine' = 'failures',
  by: Pipeline = pipeline,
): Promise<MessageDone[]> {
  const { tables, quarantineQueueUrl, alertsTopicArn, failureQueueUrl } = stage;
  const s3 = new S3Client({ region: aws.region });
  const redriver = createRedriver({
    pipeline: by,
    clients: { ...aws.clients, s3 },
    resources: {
      eventStreams: [stage.streamArn],
      aggregatesTable: tables.aggregates,
      alertsTable: tables.alerts,
      timersTable: tables.timers,
      quarantineQueueUrl,
      topics: readTopics({ ALERTS_TOPIC_ARN: alertsTopicArn }),
    },
    retry: new Retry(),
    streamRetry: new Retry(),
    mayGoOn: () => true,
    onError: (error) => {
      throw error;
    },
  });
  const done: MessageDone[] = [];
  const ofFailures = from === 'failures';
  await redriveQueue({
    queue: new Queue(aws.clients.sqs, ofFailures ? failureQueueUrl : quarantineQueueUrl, 0),
    redrive: (body) => (ofFailures ? redriver.failure(body) : redriver.quarantined(body)),
    describe: (body) => (ofFailures ? describeFailure(body) : describeQuarantined(body)).what,
    mayGoOn: () => true,
    onDone: (one) => done.push(one),
  });
  return done;
}

/** A store that writes only every other pane. */
function halfBroken(store: PaneStore): PaneStore {
  let puts = 0;
  return {
    readLane: (lane) => store.readLane(lane),
    writeLane: (...args) => store.writeLane(...args),
    readPanes: (refs) => store.readPanes(refs),
    putPane: (...args) =>
      puts++ % 2 === 1 ? Promise.reject(new Error('throttled')) : store.putPane(...args),
  };
}

async function apply(
  stage: TestStage,
  records: readonly object[],
  by: Pipeline = pipeline,
  store: PaneStore = storeOf(aws, stage),
) {
  const quarantine = quarantineOf(aws, stage);
  const context = { pipeline: by, interpret: createInterpreter(by), store, quarantine };
  return handleAggregate({ ...context, concurrency: 1, mayGoOn: () => true }, { Records: records });
}

/** What the panes must hold by a fold record by record, named as {@link panesOf} names them. */
function truth(events: readonly TestEvent[]): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(bruteForce(events).panes).map(([id, { n, sum }]) => [
      id.split('|').slice(0, -1).join('|'),
      id.startsWith('views') ? { n, ms: sum / n, slowest: expect.any(Number) as unknown } : { n, total: sum },
    ]),
  );
}

interface KinesisEvent {
  readonly kinesis: { readonly sequenceNumber: string };
}

describe('what Lambda gave up on', () => {
  test('is repaired exactly, though part of it was applied and later batches were', async () => {
    const stage = await newStage();
    const events = Array.from({ length: 60 }, (_, n) => event(Math.floor(n / 4), n, n % 3 ? 'home' : 'away'));
    await putAll(aws, stage, events.map(contentOf));
    const all = (await readStream(aws, stage)).map((record) => record.event as KinesisEvent);
    const lost = new Set(all.slice(15, 30).map(({ kinesis }) => kinesis.sequenceNumber));
    const mapping = startEventSourceMapping({
      mapping: {
        EventSourceArn: stage.streamArn,
        FunctionName: 'aggregate',
        StartingPosition: 'TRIM_HORIZON',
        BatchSize: 15,
        MaximumRetryAttempts: 1,
        FunctionResponseTypes: ['ReportBatchItemFailures'],
        DestinationConfig: { OnFailure: { Destination: await queueArn(aws, stage.failureQueueUrl) } },
      },
      kinesis: aws.clients.kinesis,
      destinations: { sqs: aws.clients.sqs },
      backoff: { initialMs: 1, maximumMs: 5 },
      invoke: async (batch) => {
        const { Records: records } = batch as { readonly Records: readonly KinesisEvent[] };
        const store = storeOf(aws, stage);
        const isLost = lost.has(records[0]!.kinesis.sequenceNumber);
        const { response } = await apply(stage, records, pipeline, isLost ? halfBroken(store) : store);
        return response;
      },
    });
    await mapping.drained();
    await mapping.stop();
    expect(await panesOf(aws, stage, pipeline)).not.toEqual(truth(events));

    const done = await redrive(stage);

    expect(done.length).toBeGreaterThan(0);
    expect(done.map(({ outcome }) => outcome.kind)).toEqual(done.map(() => 'repaired'));
    expect(await panesOf(aws, stage, pipeline)).toEqual(truth(events));
    expect(await redrive(stage)).toEqual([]);
  });

  test('changes nothing when it is redriven twice', async () => {
    const stage = await newStage();
    const events = [event(0, 1), event(1, 2), event(2, 4), badEvent];
    await putAll(aws, stage, events.map(contentOf));
    const records = await readStream(aws, stage);
    const lost = {
      records,
      streamArn: stage.streamArn,
      shardId: SHARD,
      batchInfoName: 'KinesisBatchInfo',
    } as const;
    await giveUp(aws, stage, lost);
    await giveUp(aws, stage, lost);

    const done = await redrive(stage);

    const outcome = { kind: 'repaired', detail: '4 records folded into 3 panes, 1 quarantined' };
    expect(done).toMatchObject([{ outcome }, { outcome }]);
    expect(done[0]?.what).toBe(`4 records of stream/${stage.name}-events`);
    expect(await panesOf(aws, stage, pipeline)).toEqual(truth(events.slice(0, 3)));
    const ids = (await bodiesOn(aws, stage.quarantineQueueUrl)).map(
      (body) => (JSON.parse(body) as QuarantineMessage).id,
    );
    expect(new Set(ids).size).toBe(1);
  });

  test('is kept when its records have left the stream, and shown again', async () => {
    const stage = await newStage();
    await putAll(aws, stage, [contentOf(event(0))]);
    const [record] = await readStream(aws, stage);
    const gone = { ...record!, sequenceNumber: await shardStart(aws, stage) };
    const lost = { streamArn: stage.streamArn, shardId: SHARD, batchInfoName: 'KinesisBatchInfo' } as const;
    await giveUp(aws, stage, { ...lost, records: [gone, record!] });

    expect(await redrive(stage)).toMatchObject([
      { outcome: { kind: 'kept', detail: expect.stringContaining('no longer in the stream') as unknown } },
    ]);
    expect(await bodiesOn(aws, stage.failureQueueUrl)).toHaveLength(1);
    expect(await panesOf(aws, stage, pipeline)).toEqual({});
  });

  test('of the tables’ streams is judged, told of and published', async () => {
    const stage = await newStage();
    const { QueueUrl: inbox = '' } = await aws.clients.sqs.send(
      new CreateQueueCommand({ QueueName: `${stage.name}-inbox` }),
    );
    await aws.clients.sns.send(
      new SubscribeCommand({
        TopicArn: stage.alertsTopicArn,
        Protocol: 'sqs',
        Endpoint: await queueArn(aws, inbox),
      }),
    );
    await putAll(aws, stage, [event(0, 500), event(1, 500), event(8, 1)].map(contentOf));
    await apply(
      stage,
      (await readStream(aws, stage)).map((record) => record.event),
    );
    const changes = await readChanges(aws, stage.tables.aggregates);
    await giveUp(aws, stage, { ...changes, batchInfoName: 'DDBStreamBatchInfo' });

    expect(await redrive(stage)).toMatchObject([{ outcome: { kind: 'repaired' } }]);
    const transitions = await readChanges(aws, stage.tables.alerts);
    expect(transitions.records.length).toBeGreaterThan(0);
    await giveUp(aws, stage, { ...transitions, batchInfoName: 'DDBStreamBatchInfo' });

    expect(await redrive(stage)).toMatchObject([{ outcome: { kind: 'repaired' } }]);
    const notices = await readChanges(aws, stage.tables.alerts);
    await giveUp(aws, stage, { ...notices, batchInfoName: 'DDBStreamBatchInfo' });

    expect(await redrive(stage)).toMatchObject([{ outcome: { kind: 'repaired' } }]);
    expect((await bodiesOn(aws, inbox)).map(readDelivered)).toMatchObject([
      { alert: 'slow', state: 'firing' },
    ]);
  });

  test('does not stop at a message that cannot be read', async () => {
    const stage = await newStage();
    const failures = new Queue(aws.clients.sqs, stage.failureQueueUrl);
    await putAll(aws, stage, [contentOf(event(0))]);
    const lost = { streamArn: stage.streamArn, shardId: SHARD, batchInfoName: 'KinesisBatchInfo' } as const;
    await giveUp(aws, stage, {
      ...lost,
      shardId: 'shardId-000000000009',
      records: await readStream(aws, stage),
    });
    await giveUp(aws, stage, { ...lost, streamArn: 'nowhere', records: await readStream(aws, stage) });
    await giveUp(aws, stage, { ...lost, records: await readStream(aws, stage) });

    const done = await redrive(stage);

    expect(done.map(({ outcome }) => outcome.kind).sort()).toEqual(['kept', 'kept', 'repaired']);
    expect(await failures.receive()).toHaveLength(2);
  });
});

describe('what was quarantined', () => {
  test('is folded in once the pipeline takes it', async () => {
    const stage = await newStage();
    // Until it was mended, it took no numbers for the page's name.
    const contents = [
      { at: minutes(0), page: 'home', ms: 10 },
      { at: minutes(0), page: 'home', ms: 'ten' },
      { at: minutes(0), page: 7 },
      { at: minutes(0), page: 'home', ms: 30 },
    ];
    await putAll(aws, stage, contents);
    await apply(
      stage,
      (await readStream(aws, stage)).map((record) => record.event),
    );
    const mended: Pipeline = {
      ...pipeline,
      sources: pipeline.sources.map((source) => ({ ...source, schema: mendedSchema })),
    };
    expect(await redrive(stage, 'quarantine')).toMatchObject([
      { outcome: { kind: 'kept' } },
      { outcome: { kind: 'kept' } },
    ]);

    const done = await redrive(stage, 'quarantine', mended);

    expect(done.map(({ outcome }) => outcome).sort((a, b) => (a.kind < b.kind ? -1 : 1))).toEqual([
      { kind: 'kept', detail: expect.stringMatching(/^still refused: wrong-schema/) as unknown },
      { kind: 'repaired', detail: '1 record folded into 2 panes' },
    ]);
    expect(await panesOf(aws, stage, mended)).toMatchObject({
      [`views|home|${minutes(0)}`]: { n: 3, ms: 50 / 3 },
      [`visits|home|nobody|${minutes(0)}`]: { n: 3, total: 50 },
    });
    expect(await bodiesOn(aws, stage.quarantineQueueUrl)).toHaveLength(1);
  });
});

const mendedSchema: Pipeline['sources'][number]['schema'] = {
  '~standard': {
    version: 1,
    vendor: 'test',
    validate: (value) => {
      const { at, page, ms } = value as { readonly at: number; readonly page: unknown; readonly ms: unknown };
      if (typeof page !== 'string') return { issues: [{ message: 'page is no text' }] };
      return { value: { at, page, user: 'nobody', ms: ms === 'ten' ? 10 : ms } };
    },
  },
};
