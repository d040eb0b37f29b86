import { rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { GetRecordsCommand, GetShardIteratorCommand, ListShardsCommand } from '@aws-sdk/client-kinesis';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { mergeAccs, resultsOf } from '../../lib/fold/pane.ts';
import { runJob, type JobSummary } from '../../lib/local/main-job.ts';
import { MetricsTally } from '../../lib/local/metrics-tally.ts';
import { putRecords } from '../../lib/local/producer.ts';
import { runStack, type RunningStack } from '../../lib/local/stack-runner.ts';
import { storedPanes } from '../../lib/local/stored.ts';
import { runReplay } from '../../lib/replay/run.ts';
import { DynamoPaneReader } from '../../lib/store/dynamo-pane-reader.ts';
import { isoTime } from '../../lib/time/event-time.ts';
import { addSecondStream, usePipelineOfMarket } from '../deploy/second-stream.ts';
import { copyOfService, root } from '../deploy/service.ts';
import market from '../support/market.ts';
import { minutes } from '../support/pipeline.ts';

type Results = Record<string, unknown>;
type Event = Readonly<Record<'at' | 'price' | 'amount', number>> & {
  readonly type: string;
  readonly auction: string;
};

const SILENT = { line: () => undefined, start: () => undefined, finish: () => undefined };
const MINUTES = 20;

// Prices and amounts are whole numbers, so that plain sums are exact.
const events = Array.from({ length: 1_200 }, (_, i): Partial<Event> => {
  const at = minutes((i * MINUTES) / 1_200);
  if (i % 10 === 0) return { type: 'auction', at, auction: `a${i % 7}` };
  if (i % 3 === 0) return { at, amount: (i * 7) % 50 };
  return { type: 'bid', at, auction: `a${i % 7}`, price: (i * 13) % 100 };
});
const lines = events.map((event) => JSON.stringify(event));

let service: string;
let stack: RunningStack;
let summary: JobSummary;
const metrics = new MetricsTally();
const output: string[] = [];

beforeAll(async () => {
  service = await copyOfService();
  await addSecondStream(service);
  await usePipelineOfMarket(service);
  for (const name of ['node_modules', 'package-lock.json'])
    await symlink(join(root, name), join(service, name));
  stack = await runStack({
    root: service,
    params: { shards: '2', apiAuth: 'none' },
    onOutput: (name, text) => output.push(...metrics.take(name, text)),
    onEvent: () => undefined,
  });
  // An order that is none, which the fields do not tell from one.
  summary = await runJob({
    stack,
    pipeline: market,
    lines: [...lines, '{"amount":"much"}'],
    metrics,
    console: SILENT,
  });
}, 180_000);

afterAll(async () => {
  await stack.stop();
  await rm(service, { recursive: true, force: true });
});

describe('three kinds of event through two streams', () => {
  test('lose nothing, and count nothing twice', () => {
    expect(summary).toMatchObject({
      lost: 0,
      doubled: 0,
      late: 0,
      quarantined: 1,
      ignored: 0,
      failedBatches: 0,
    });
    expect(summary.applied).toBe(lines.length);
    expect(output).toEqual([]);
  });

  test('are stored as plain arithmetic has them', async () => {
    expect(await readStored()).toEqual(byHand());
  });

  test('are stored as a replay of files with their streams has them', async () => {
    expect((await replay()).panes).toEqual(byHand());
  });

  test('have lanes in both, and one watermark', async () => {
    const reader = readerOf();
    const lanes = await reader.readLanes();
    expect(new Set(lanes.map(({ lane }) => lane.split('/')[0]))).toEqual(
      new Set(['weir-local-events', 'weir-local-orders']),
    );
    // Shards of both streams have the same names.
    expect(new Set(lanes.map(({ lane }) => lane.split('/')[1])).size).toBeLessThan(lanes.length);
    const least = Math.min(...lanes.map(({ maxEventTime }) => maxEventTime));
    expect((await reader.readWatermarks()).watermark).toBe(least - market.maxOutOfOrderness);
  });

  test('have the alerts of a replay, up to the watermark of both streams', async () => {
    const { watermark } = await readerOf().readWatermarks();
    const expected = (await replay()).alerts.filter((alert) => alert.slice(0, 24) <= isoTime(watermark));
    const received = summary.alerts.map(({ at, state, key }) => `${at} ${state} ${key.auction ?? ''}`);
    expect(expected.length).toBeGreaterThan(5);
    expect(received.toSorted()).toEqual(expected.toSorted());
  });

  test('change nothing when a range of either stream that was applied is redriven', async () => {
    const given = [await giveUp('EventStream'), await giveUp('OrdersStream')].flat();
    expect(given.length).toBeGreaterThanOrEqual(2);

    expect(await stack.invoke('redrive', {})).toEqual({ repaired: given.length, kept: 0 });

    await stack.quiet();
    expect(await readStored()).toEqual(byHand());
  });

  test('are not disturbed by what is of no source', async () => {
    const clicks = Array.from({ length: 50 }, (_, i) => ({
      partitionKey: `${i}`,
      data: '{"type":"click","at":"now"}',
    }));
    const before = await readerOf().readLanes();
    const { watermark } = await readerOf().readWatermarks();
    await putRecords(stack.aws.clients.kinesis, stack.ref('EventStream'), clicks, () => undefined);
    await stack.quiet();

    expect(metrics.sum('RecordsIgnored')).toBe(50);
    expect(metrics.sum('RecordsQuarantined')).toBe(1);
    const after = await readerOf().readLanes();
    // A shard has had nothing else, and is a lane without time.
    expect(after.length).toBeGreaterThan(before.length);
    for (const { lane, at, maxEventTime } of before)
      expect(after).toContainEqual(expect.objectContaining({ lane, at, maxEventTime }));
    expect((await readerOf().readWatermarks()).watermark).toBe(watermark);
    expect(await readStored()).toEqual(byHand());
  });
});

function readerOf(): DynamoPaneReader {
  const { dynamodb: client } = stack.aws.clients;
  return new DynamoPaneReader({ client, table: stack.ref('AggregatesTable'), pipeline: market });
}

async function replay(): Promise<{ panes: Map<string, Results>; alerts: string[] }> {
  const files = { events: join(service, 'events.ndjson'), orders: join(service, 'orders.ndjson') };
  const isOrder = (line: string): boolean => line.includes('"amount"');
  await writeFile(files.events, lines.filter((line) => !isOrder(line)).join('\n'));
  await writeFile(files.orders, lines.filter(isOrder).join('\n'));
  const panes = new Map<string, Results>();
  const alerts: string[] = [];
  await runReplay({
    pipeline: market,
    sources: Object.entries(files).map(([stream, path]) => ({ stream, path })),
    stdin: Readable.from([]),
    sink: {
      pane: ({ aggregate, key, start, accs }) =>
        panes.set(`${aggregate.name}|${key}|${start}`, resultsOf(aggregate, accs)),
      alert: ({ at, status, key }) => alerts.push(`${isoTime(at)} ${status} ${key}`),
      aside: () => undefined,
    },
  });
  return { panes, alerts };
}

/** What the panes must hold, by aggregate, key and start, event by event. */
function byHand(): Map<string, Results> {
  const panes = new Map<string, Record<string, number>>();
  const add = (
    name: string,
    minutesLong: number,
    at: number,
    sums: Record<string, number>,
  ): Record<string, number> => {
    const start = minutes(Math.floor((at - minutes(0)) / 60_000 / minutesLong) * minutesLong);
    const id = `${name}|${start}`;
    const pane = panes.get(id) ?? {};
    panes.set(id, pane);
    for (const [measure, by] of Object.entries(sums)) pane[measure] = (pane[measure] ?? 0) + by;
    return pane;
  };
  for (const { type, at = 0, auction = '', price = 0, amount = 0 } of events) {
    if (type === 'bid') {
      const pane = add(`bidding|${auction}`, 1, at, { n: 1, total: price });
      pane.highest = Math.max(pane.highest ?? 0, price);
      add('paid|', 5, at, { n: 1, total: price });
    } else if (type === 'auction') add('opened|', 5, at, { n: 1 });
    else add('sales|', 1, at, { n: 1, revenue: amount });
  }
  return panes;
}

async function readStored(): Promise<Map<string, Results>> {
  const merged = new Map<
    string,
    { readonly aggregate: (typeof market.aggregates)[number]; readonly accs: unknown[] }
  >();
  const panes = storedPanes(stack.aws.clients.dynamodb, stack.ref('AggregatesTable'), market);
  for await (const { aggregate, key, start, accs } of panes) {
    const id = `${aggregate.name}|${key}|${start}`;
    const known = merged.get(id);
    if (known === undefined) merged.set(id, { aggregate, accs: [...accs] });
    else mergeAccs(aggregate, known.accs, accs);
  }
  return new Map([...merged].map(([id, { aggregate, accs }]) => [id, resultsOf(aggregate, accs)]));
}

/** Sends the messages that Lambda would send, had it given up on a stream; gives the shards that had records. */
async function giveUp(logicalId: string): Promise<string[]> {
  const { kinesis, sqs } = stack.aws.clients;
  const StreamName = stack.ref(logicalId);
  const { Shards = [] } = await kinesis.send(new ListShardsCommand({ StreamName }));
  const given: string[] = [];
  for (const { ShardId: shardId = '' } of Shards) {
    const { ShardIterator } = await kinesis.send(
      new GetShardIteratorCommand({ StreamName, ShardId: shardId, ShardIteratorType: 'TRIM_HORIZON' }),
    );
    const { Records = [] } = await kinesis.send(new GetRecordsCommand({ ShardIterator, Limit: 1_000 }));
    if (Records.length === 0) continue;
    const KinesisBatchInfo = {
      shardId,
      startSequenceNumber: Records[0]?.SequenceNumber,
      endSequenceNumber: Records.at(-1)?.SequenceNumber,
      batchSize: Records.length,
      streamArn: `arn:aws:kinesis:${stack.aws.region}:${stack.aws.account}:stream/${StreamName}`,
    };
    const MessageBody = JSON.stringify({ KinesisBatchInfo });
    await sqs.send(new SendMessageCommand({ QueueUrl: stack.ref('FailureQueue'), MessageBody }));
    given.push(shardId);
  }
  return given;
}
