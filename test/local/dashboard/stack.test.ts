import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Board } from '../../../lib/local/dashboard/board.ts';
import type { Keys, Logs, Playback, RedriveAnswer, Snapshot } from '../../../lib/local/dashboard/protocol.ts';
import { serveDashboard, type ServedDashboard } from '../../../lib/local/dashboard/serve.ts';
import { MetricsTally } from '../../../lib/local/metrics-tally.ts';
import { putRecords } from '../../../lib/local/producer.ts';
import { QuarantineWatch } from '../../../lib/local/quarantine-watch.ts';
import { runStack, type RunningStack } from '../../../lib/local/stack-runner.ts';
import { subscribe } from '../../../lib/local/subscriber.ts';
import pipeline from '../../../pipeline.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const FIXTURE = fileURLToPath(new URL('../../../fixtures/flights.ndjson.gz', import.meta.url));
// Two hours of an evening at two hubs that close down; then one flight far ahead, so that what comes after it is late.
const FROM = '2001-06-14T18:00';
const TO = '2001-06-14T20:00';
const HOSTILE = '<img src=x onerror=alert(1)>';

let stack: RunningStack;
let board: Board;
let served: ServedDashboard;
let lines: string[];
let put = 0;

const playback = {
  state: (): Playback => ({
    state: 'playing',
    speed: 'max',
    put,
    total: 1_000_000,
    eventTime: undefined,
    from: undefined,
    to: undefined,
    passes: 0,
    loop: false,
  }),
  play: () => undefined,
  pause: () => undefined,
  setSpeed: () => undefined,
};

beforeAll(async () => {
  lines = gunzipSync(await readFile(FIXTURE))
    .toString()
    .trimEnd()
    .split('\n')
    .filter((line) => line.slice(9) >= FROM && line.slice(9) < TO && /"origin":"(?:ATL|ORD)"/.test(line));
  const metrics = new MetricsTally();
  board = new Board({ now: Date.now, metrics });
  stack = await runStack({
    root: ROOT,
    params: { shards: '2', apiAuth: 'none' },
    onOutput: (name, text) => {
      for (const line of metrics.take(name, text)) board.log(name, line);
    },
    onEvent: (name, event) => {
      board.event(name, event);
    },
  });
  const quarantine = new QuarantineWatch(stack.aws.clients.sqs, stack.ref('QuarantineQueue'), {
    onFound: (message, sentAt) => {
      if (message.part === 1) board.setAside(message, sentAt);
    },
    onGone: (id) => {
      board.asideGone(id);
    },
  });
  const topic = stack.ref('AlertsTopic');
  const subscriber = await subscribe(stack.aws.clients, topic, (message) => {
    board.tell(message, topic);
  });
  served = await serveDashboard({
    stack,
    pipeline,
    board,
    quarantine,
    playback,
    subscribed: [topic],
    port: 0,
  });
  await putAll([...lines, HOSTILE]);
  await putAll([lines[0]!.replace('2001-06-14', '2001-06-16')]);
  await putAll([lines[0]!]);
  await quarantine.look();
  await subscriber.drain();
  await subscriber.stop();
}, 120_000);

afterAll(async () => {
  await served.close();
  await stack.stop();
});

/** All to one shard, so that what is late is late for its lane. */
async function putAll(some: readonly string[]): Promise<void> {
  const records = some.map((data) => ({ partitionKey: 'one', data }));
  await putRecords(stack.aws.clients.kinesis, stack.ref('EventStream'), records, (n) => (put += n));
  await stack.quiet();
}

async function ask<T>(path: string): Promise<T> {
  return (await (await fetch(new URL(path, served.url))).json()) as T;
}

async function redrive(ids: readonly string[] | 'all'): Promise<RedriveAnswer> {
  const headers = { 'content-type': 'application/json' };
  const body = JSON.stringify({ ids });
  const response = await fetch(new URL('/local/redrive', served.url), { method: 'POST', headers, body });
  return (await response.json()) as RedriveAnswer;
}

async function nextSnapshot(): Promise<Snapshot> {
  const { body } = await fetch(new URL('/local/events', served.url));
  let text = '';
  for await (const chunk of body!) {
    text += Buffer.from(chunk as Uint8Array).toString();
    const data = /^data: (.*)\n\n/m.exec(text)?.[1];
    if (data !== undefined) return JSON.parse(data) as Snapshot;
  }
  throw new Error('the stream of events ended');
}

describe('the dashboard of a stack at work', () => {
  test('shows what went through it', async () => {
    board.sample(put);
    const { graph, mappings, alerts, asideCounts, failures, service } = await nextSnapshot();
    expect(service).toBe('weir-local');
    const counts = Object.fromEntries(graph.edges.map(({ from, to, count }) => [`${from} ${to}`, count]));
    const all = lines.length + 3;
    expect(counts).toMatchObject({
      'producer resource:EventStream': all,
      'resource:EventStream function:aggregate': all,
      'function:aggregate resource:QuarantineQueue': 2,
      'function:aggregate resource:FailureQueue': 0,
    });
    expect(counts['function:aggregate resource:AggregatesTable']).toBeGreaterThan(0);
    expect(counts['function:evaluate resource:AlertsTable']).toBeGreaterThan(0);
    expect(counts['resource:AlertsTopic subscriber']).toBe(counts['function:notify resource:AlertsTopic']);
    expect(alerts.length).toBeGreaterThan(0);
    expect(alerts[0]?.summary).toMatch(/^(?:FIRING|RESOLVED) congested origin=/);
    expect(mappings.map((mapping) => [mapping.function, mapping.source])).toContainEqual([
      'aggregate',
      'weir-local-events',
    ]);
    expect([asideCounts, failures]).toEqual([{ refused: 1, late: 1 }, []]);
  });

  test("shows each shard's watermark while somebody looks", async () => {
    const open = await fetch(new URL('/local/events', served.url));
    const watermarks = (): (number | undefined)[] => {
      const { mappings } = board.snapshot({ playback: playback.state(), faults: undefined });
      const own = mappings.find((mapping) => mapping.function === 'aggregate');
      return own?.shards.map(({ watermark }) => watermark) ?? [];
    };
    const day = Date.parse('2001-06-16T18:00Z') - 60_000;
    await expect.poll(watermarks, { timeout: 5_000 }).toContain(day);
    await open.body?.cancel();
  });

  test('gives the biggest keys as the HTTP API knows them', async () => {
    const { keys, dimensions } = await ask<Keys>('/local/keys?aggregate=departures');
    expect(dimensions).toEqual(['origin']);
    const counts = new Map<string, number>();
    for (const line of [...lines, lines[0]!]) {
      const { origin } = JSON.parse(line) as { origin: string };
      counts.set(origin, (counts.get(origin) ?? 0) + 1);
    }
    expect(Object.fromEntries(keys.map(({ values, records }) => [values.origin, records]))).toEqual(
      Object.fromEntries(counts),
    );
    expect(keys.map(({ records }) => records)).toEqual([...counts.values()].sort((a, b) => b - a));
    expect((await fetch(new URL('/local/keys?aggregate=none', served.url))).status).toBe(400);
  });

  test('serves the page and the HTTP API on one port, and what functions wrote', async () => {
    const page = await fetch(served.url);
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    expect(`${served.apiUrl}/`).toBe(served.url);
    expect(await ask('/alerts?state=firing')).toHaveProperty('alerts');
    expect(await ask<Logs>('/local/logs?function=notify')).toEqual({ function: 'notify', lines: [] });
  });

  test('tries again what was set aside, and leaves in the queue what stays', async () => {
    const { aside } = board.snapshot({ playback: playback.state(), faults: undefined });
    expect(aside.map(({ kind, data }) => [kind, data])).toEqual(
      expect.arrayContaining([
        ['refused', HOSTILE],
        ['late', lines[0]],
      ]),
    );
    const refused = aside.find(({ kind }) => kind === 'refused')!;
    const one = await redrive([refused.id]);
    expect(one).toMatchObject({ tried: 1, accepted: 0 });
    expect(one.stays[refused.id]).toMatch(/^still refused: not-json: /);
    const all = await redrive('all');
    expect(all).toMatchObject({ tried: 2, accepted: 0 });
    expect(Object.values(all.stays).sort()).toEqual([
      'late by policy: allowedLateness decides; replay it if it has to count',
      expect.stringMatching(/^still refused/),
    ]);
    expect(await redrive(['gone'])).toEqual({
      tried: 1,
      accepted: 0,
      stays: { gone: 'it has left the queue' },
    });
    const after = board.snapshot({ playback: playback.state(), faults: undefined });
    expect(after.aside.every(({ waiting, stays }) => waiting && stays !== undefined)).toBe(true);
  });
});
