import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { systemClock } from '../../../lib/esm/index.ts';
import { Chaos } from '../../../lib/local/faults/chaos.ts';
import { parseFaultPlan } from '../../../lib/local/faults/fault-plan.ts';
import { Job } from '../../../lib/local/job.ts';
import { MetricsTally } from '../../../lib/local/metrics-tally.ts';
import { Player } from '../../../lib/local/playback/player.ts';
import { linesInMemory } from '../../../lib/local/playback/recorded-lines.ts';
import { Recording } from '../../../lib/local/playback/recording.ts';
import { runStack, type RunningStack } from '../../../lib/local/stack-runner.ts';
import pipeline from '../../../pipeline.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const FIXTURE = fileURLToPath(new URL('../../../fixtures/flights.ndjson.gz', import.meta.url));
const EVENTS = 200;

const chaos = new Chaos(parseFaultPlan('throttle=0.05,crash=0.2,duplicate=0.3,reshard=1s'), 11);
let stack: RunningStack;
let lines: string[];
const metrics = new MetricsTally();

beforeAll(async () => {
  lines = gunzipSync(await readFile(FIXTURE))
    .toString()
    .split('\n')
    .slice(0, EVENTS);
  stack = await chaos.begin(
    await runStack({
      root: ROOT,
      params: { shards: '2', apiAuth: 'none' },
      ...chaos.hooks,
      onOutput: (name, text) => metrics.take(name, text),
      onEvent: () => undefined,
    }),
  );
}, 120_000);

afterAll(() => stack.stop());

test('whatever goes wrong, nothing that was put is lost or counted twice', async () => {
  const recording = await Recording.open({ pipeline, lines: () => linesInMemory(lines), name: 'flights' });
  const job = await Job.start({
    stack,
    pipeline,
    metrics,
    producer: chaos.producer,
    line: () => undefined,
  });
  // Some seconds of it, so that there is something to split while it goes on.
  const speed = (recording.to! - recording.from!) / 3_000;
  const player = new Player({
    recording,
    clock: systemClock,
    speed,
    put: (events) => job.put(events.map(({ line }) => line)),
  });
  await player.run();
  await stack.quiet();
  await chaos.calm();
  const summary = await job.account();
  await job.stop();

  expect(summary).toMatchObject({ read: EVENTS, lost: 0, doubled: 0, quarantined: 0 });
  expect(summary.applied + summary.late).toBe(EVENTS);
  const faults = chaos.state();
  expect(faults.throttled).toBeGreaterThan(0);
  expect(faults.crashed + faults.duplicated).toBeGreaterThan(0);
  expect(faults.reshards).toBeGreaterThan(0);
}, 120_000);
