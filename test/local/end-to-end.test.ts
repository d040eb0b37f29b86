import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { ScanCommand } from '@aws-sdk/client-dynamodb';
import { GetRecordsCommand, GetShardIteratorCommand } from '@aws-sdk/client-kinesis';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { query } from '../../bench/pipeline.ts';
import { startEventSourceMapping } from '../../lib/esm/index.ts';
import { keyRecord, keyValues } from '../../lib/fold/key.ts';
import { mergeAccs, resultsOf } from '../../lib/fold/pane.ts';
import { serveHttpApi } from '../../lib/local/http-api.ts';
import { runJob, type JobSummary } from '../../lib/local/main-job.ts';
import { MetricsTally } from '../../lib/local/metrics-tally.ts';
import { runStack, type RunningStack } from '../../lib/local/stack-runner.ts';
import { storedPanes } from '../../lib/local/stored.ts';
import { runReplay } from '../../lib/replay/run.ts';
import { DynamoPaneReader } from '../../lib/store/dynamo-pane-reader.ts';
import { isoTime } from '../../lib/time/event-time.ts';
import pipeline from '../../pipeline.ts';
import { groupBy } from '../oracle/duckdb.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const FIXTURE = fileURLToPath(new URL('../../fixtures/flights.ndjson.gz', import.meta.url));
const SILENT = { line: () => undefined, start: () => undefined, finish: () => undefined };

// An evening on which hubs close down, and both shards have their share.
const FROM = '2001-06-14T16:00';
const TO = '2001-06-14T22:00';

type Results = Record<string, unknown>;

let stack: RunningStack;
let summary: JobSummary;
let directory: string;
let file: string;
const output: string[] = [];

beforeAll(async () => {
  const lines = gunzipSync(await readFile(FIXTURE))
    .toString()
    .trimEnd()
    .split('\n')
    .filter((line) => line.slice(9) >= FROM && line.slice(9) < TO);
  // The same flight twice, as two records, counts twice: what must not count twice is a delivery.
  lines.push(lines.at(-1)!);
  directory = await mkdtemp(join(tmpdir(), 'weir-end-to-end-'));
  file = join(directory, 'evening.ndjson');
  await writeFile(file, lines.map((line) => `${line}\n`).join(''));
  const metrics = new MetricsTally();
  stack = await runStack({
    root: ROOT,
    params: { shards: '2', apiAuth: 'none' },
    onOutput: (name, text) => output.push(...metrics.take(name, text)),
    onEvent: () => undefined,
  });
  // One line that is no event: it must turn up in quarantine, and nowhere else.
  summary = await runJob({ stack, pipeline, lines: [...lines, '{"time":"soon"}'], metrics, console: SILENT });
}, 120_000);

afterAll(async () => {
  await stack.stop();
  await rm(directory, { recursive: true, force: true });
});

describe('a recorded evening through Kinesis, Lambda, DynamoDB and SNS', () => {
  test('loses nothing, counts nothing twice, and says what became of every record', () => {
    expect(summary).toMatchObject({ lost: 0, doubled: 0, late: 0, quarantined: 1, failedBatches: 0 });
    expect(summary.read).toBe(summary.applied + summary.late + summary.quarantined);
    expect(summary.applied).toBeGreaterThan(4_000);
    expect(summary.paneWrites).toBeGreaterThanOrEqual(summary.panes);
    expect(output).toEqual([]);
  });

  test('stores what a replay of the same events computes', async () => {
    const replayed = await replay();
    const stored = await readStored();
    expect([...stored.keys()].sort()).toEqual([...replayed.panes.keys()].sort());
    for (const [name, results] of stored) expectClose(name, results, replayed.panes.get(name)!);
  });

  test('stores what DuckDB computes', async () => {
    const oracle = await groupBy(file, query);
    const stored = await readStored();
    expect(stored.size).toBe(oracle.reduce((sum, groups) => sum + groups.size, 0));
    for (const [name, results] of stored) {
      const [aggregate = '', ...rest] = name.split('|');
      const groups = oracle[pipeline.aggregates.findIndex((candidate) => candidate.name === aggregate)]!;
      expectClose(name, results, groups.get(rest.join('|'))!);
    }
  });

  test('publishes the transitions of a replay up to the watermark, each once, in order for each key', async () => {
    const reader = new DynamoPaneReader({
      client: stack.aws.clients.dynamodb,
      table: stack.ref('AggregatesTable'),
      pipeline,
    });
    const watermark = isoTime(await reader.readWatermark());
    const { alerts } = await replay();
    const expected = alerts.filter((alert) => alert.slice(0, 24) <= watermark);
    const received = summary.alerts.map(
      ({ at, state, alert, key }) => `${at} ${state} ${alert} ${JSON.stringify(key)}`,
    );
    expect(expected.length).toBeGreaterThan(10);
    expect(received.toSorted()).toEqual(expected.toSorted());
    for (const origin of new Set(summary.alerts.map((alert) => alert.key.origin))) {
      const times = summary.alerts.filter((alert) => alert.key.origin === origin).map((alert) => alert.at);
      expect(times).toEqual(times.toSorted());
    }
  });

  test('answers the HTTP API', async () => {
    const api = await serveHttpApi(stack.stack.httpRoutes, (key, event) => stack.invoke(key, event), 0);
    try {
      const url = `${api.url}/aggregates/departures?origin=ORD&from=2001-06-14T18:00:00Z&to=2001-06-14T20:00:00Z&resolution=1h`;
      const answer = (await (await fetch(url)).json()) as {
        panes: { start: string; measures: { flights: number } }[];
      };
      const lines = (await readFile(file, 'utf8')).split('\n');
      const flights = (hour: string): number =>
        lines.filter((line) => line.includes('"origin":"ORD"') && line.includes(`"time":"2001-06-14T${hour}`))
          .length;
      expect(answer.panes.map(({ measures }) => measures.flights)).toEqual([flights('18'), flights('19')]);
      expect((await fetch(`${api.url}/aggregates/none`)).status).toBe(404);
      expect((await fetch(`${api.url}/nothing`)).status).toBe(404);
      expect(await (await fetch(`${api.url}/alerts?state=firing`)).json()).toHaveProperty('alerts');
    } finally {
      await api.close();
    }
  });

  test('changes nothing when the same records are delivered once more', async () => {
    const before = await scan('AggregatesTable');
    const alerts = await scan('AlertsTable');
    await deliverAgain();
    await stack.quiet();
    expect(await scan('AggregatesTable')).toEqual(before);
    expect(await scan('AlertsTable')).toEqual(alerts);
  });

  test('changes nothing when a range that was applied is redriven as if it had not been', async () => {
    const before = await readStored();
    const alerts = await scan('AlertsTable');
    await giveUpShard('shardId-000000000000');
    expect(await stack.invoke('redrive', {})).toEqual({ repaired: 1, kept: 0 });
    // The line that is no event is as little one now.
    expect(await stack.invoke('redrive', { quarantine: true })).toEqual({ repaired: 0, kept: 1 });
    await stack.quiet();
    const after = await readStored();
    expect([...after.keys()]).toEqual([...before.keys()]);
    // Folded again record by record, a spread may differ from that of merged batches in its last bit.
    for (const [name, results] of after) expectClose(name, results, before.get(name)!);
    expect(await scan('AlertsTable')).toEqual(alerts);
  });
});

/** Sends the message that Lambda would send, had it given up on the first page of a shard. */
async function giveUpShard(shardId: string): Promise<void> {
  const { kinesis, sqs } = stack.aws.clients;
  const StreamName = stack.ref('EventStream');
  const { ShardIterator } = await kinesis.send(
    new GetShardIteratorCommand({ StreamName, ShardId: shardId, ShardIteratorType: 'TRIM_HORIZON' }),
  );
  const { Records = [] } = await kinesis.send(new GetRecordsCommand({ ShardIterator, Limit: 1000 }));
  const KinesisBatchInfo = {
    shardId,
    startSequenceNumber: Records[0]?.SequenceNumber,
    endSequenceNumber: Records.at(-1)?.SequenceNumber,
    batchSize: Records.length,
    streamArn: `arn:aws:kinesis:${stack.aws.region}:${stack.aws.account}:stream/${StreamName}`,
  };
  await sqs.send(
    new SendMessageCommand({
      QueueUrl: stack.ref('FailureQueue'),
      MessageBody: JSON.stringify({ KinesisBatchInfo }),
    }),
  );
}

/** A second mapping on the same stream brings every record to the function once more, in batches of another size. */
async function deliverAgain(): Promise<void> {
  const { properties } = stack.stack.eventSourceMappings.find(
    ({ function: { key } }) => key === 'aggregate',
  )!;
  const answers: unknown[] = [];
  const mapping = startEventSourceMapping({
    mapping: { ...properties, BatchSize: 300 },
    kinesis: stack.aws.clients.kinesis,
    destinations: { sqs: stack.aws.clients.sqs },
    invoke: async (event, { requestId }) => {
      const answer = await stack.invoke('aggregate', event, requestId);
      answers.push(answer);
      return answer;
    },
  });
  await mapping.drained();
  await mapping.stop();
  expect(answers.length).toBeGreaterThan(10);
  for (const answer of answers) expect(answer).toEqual({ batchItemFailures: [] });
}

async function replay(): Promise<{ panes: Map<string, Results>; alerts: string[] }> {
  const panes = new Map<string, Results>();
  const alerts: string[] = [];
  await runReplay({
    pipeline,
    sources: [file],
    stdin: Readable.from([]),
    sink: {
      pane: ({ aggregate, key, start, accs }) =>
        panes.set(nameOf(aggregate.name, key, start), resultsOf(aggregate, accs)),
      alert: ({ at, status, alert, key }) => {
        const names = keyRecord(pipeline.alerts.find((rule) => rule.name === alert)!.aggregate, key);
        alerts.push(`${isoTime(at)} ${status} ${alert} ${JSON.stringify(names)}`);
      },
      aside: (message) => {
        throw new Error(message.detail);
      },
    },
  });
  return { panes, alerts };
}

async function readStored(): Promise<Map<string, Results>> {
  const merged = new Map<string, { results: () => Results; merge: (accs: readonly unknown[]) => void }>();
  for await (const { aggregate, key, start, accs } of storedPanes(
    stack.aws.clients.dynamodb,
    stack.ref('AggregatesTable'),
    pipeline,
  )) {
    const name = nameOf(aggregate.name, key, start);
    const known = merged.get(name);
    if (known !== undefined) {
      known.merge(accs);
      continue;
    }
    const into = [...accs];
    merged.set(name, {
      results: () => resultsOf(aggregate, into),
      merge: (from) => {
        mergeAccs(aggregate, into, from);
      },
    });
  }
  return new Map([...merged].map(([name, { results }]) => [name, results()]));
}

/** As the oracle names groups: the key's values, then the pane's start. */
function nameOf(aggregate: string, key: string, start: number): string {
  return [aggregate, ...keyValues(key), isoTime(start)].join('|');
}

/** Counts, sums, minima and maxima exactly; means and deviations to 1e-9. */
function expectClose(name: string, actual: Results, expected: Results): void {
  for (const [measure, value] of Object.entries(actual)) {
    const wanted = expected[measure] as number;
    if (measure === 'delay' || measure === 'spread') {
      const same =
        Object.is(value, wanted) ||
        Math.abs((value as number) - wanted) <= 1e-9 * Math.max(1, Math.abs(wanted));
      expect(same, `${name} ${measure}: ${String(value)} for ${wanted}`).toBe(true);
    } else {
      expect(value, `${name} ${measure}`).toBe(wanted);
    }
  }
}

async function scan(table: string): Promise<unknown[]> {
  const { Items: items = [] } = await stack.aws.clients.dynamodb.send(
    new ScanCommand({ TableName: stack.ref(table), ConsistentRead: true }),
  );
  return items.toSorted((a, b) => (`${a.pk?.S} ${a.sk?.S}` < `${b.pk?.S} ${b.sk?.S}` ? -1 : 1));
}
