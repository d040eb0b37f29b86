import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { createGunzip } from 'node:zlib';
import { Command } from 'commander';
import { Console } from './console.ts';
import { serveHttpApi } from './http-api.ts';
import { loadOwnPipeline } from './load-own-pipeline.ts';
import { runJob, type JobSummary } from './main-job.ts';
import { MetricsTally } from './metrics-tally.ts';
import { startSchedules } from './scheduler.ts';
import { runStack, type RunningStack } from './stack-runner.ts';

interface StartOptions {
  readonly exit?: true;
  readonly port: string;
}

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const FIXTURE = fileURLToPath(new URL('../../fixtures/flights.ndjson.gz', import.meta.url));
// Two shards, so that there are two lanes. Three days come at once: the bigger the batches, the fewer the writes. And whoever
// reaches this machine's own address needs no signature.
const PARAMS = { shards: '2', batchSize: '5000', apiAuth: 'none' };

await new Command('npm start --')
  .description('Run the whole service on this machine: recorded events from Kinesis to alerts')
  .option(
    '--exit',
    'end after the summary, with status 1 if the check failed, instead of serving the HTTP API',
  )
  .option('--port <port>', 'port of the HTTP API', '3000')
  .action(start)
  .parseAsync();

async function start({ exit, port }: StartOptions): Promise<void> {
  // What runs here is deployed on a newer Node.js, so the SDK's advice to upgrade this one would mislead.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
  const pipeline = await loadOwnPipeline(ROOT);
  if (pipeline === undefined) return;
  const terminal = new Console(process.stdout);
  const metrics = new MetricsTally();
  const began = performance.now();
  terminal.line('Packaging the service and starting the embedded AWS …');
  const stack = await runStack({
    root: ROOT,
    params: PARAMS,
    onOutput: (name, text) => {
      for (const line of metrics.take(name, text)) terminal.line(`${name}: ${line}`);
    },
    onEvent: (name, event) => {
      if (event.type === 'sourceFailed' || event.type === 'destinationFailed')
        terminal.line(`${name}: ${String(event.error)}`);
      if (event.type === 'discarded')
        terminal.line(
          `${name}: gave up on ${event.records} records of ${event.shardId} (${event.condition})`,
        );
      if (name === 'aggregate' && event.type === 'succeeded') terminal.advance(event.records);
    },
  });
  terminal.line(`Running after ${((performance.now() - began) / 1000).toFixed(1)} s: ${describe(stack)}`);
  const scheduler = startSchedules(stack.stack.schedules, (key, event) => stack.invoke(key, event));
  try {
    const summary = await runJob({
      stack,
      pipeline,
      lines: await recorded(FIXTURE),
      metrics,
      console: terminal,
    });
    terminal.line(report(summary));
    if (summary.lost > 0 || summary.doubled > 0) process.exitCode = 1;
    if (exit !== true) await serve(stack, Number(port), terminal);
  } finally {
    await scheduler.stop();
    await stack.stop();
  }
}

async function recorded(path: string): Promise<string[]> {
  return (await text(createReadStream(path).pipe(createGunzip()))).trimEnd().split('\n');
}

async function serve(stack: RunningStack, port: number, terminal: Console): Promise<void> {
  const api = await serveHttpApi(stack.stack.httpRoutes, (key, event) => stack.invoke(key, event), port);
  terminal.line(
    `\nThe HTTP API answers until Ctrl-C:\n  ${api.url}/aggregates\n  ${api.url}/alerts?state=firing`,
  );
  await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
  await api.close();
}

function describe({ stack }: RunningStack): string {
  return `${stack.functions.map(({ key }) => key).join(', ')} on ${stack.eventSourceMappings.length} streams`;
}

function report(summary: JobSummary): string {
  const held = summary.lost === 0 && summary.doubled === 0;
  return [
    `${summary.read} records read in ${summary.seconds.toFixed(1)} s: ${summary.applied} applied, ${summary.late} late, ${summary.quarantined} quarantined${summary.ignored > 0 ? `, ${summary.ignored} ignored` : ''}`,
    `${summary.panes} panes written, by ${summary.paneWrites} writes; ${summary.failedBatches} batches reported for another try`,
    `${count(summary, 'firing')} alerts fired, ${count(summary, 'resolved')} resolved`,
    `lost ${summary.lost}, double-counted ${summary.doubled}: ${held ? 'checked against an independent count of the input' : 'the stored panes do NOT agree with an independent count of the input'}`,
  ].join('\n');
}

function count({ alerts }: JobSummary, state: 'firing' | 'resolved'): number {
  return alerts.filter((alert) => alert.state === state).length;
}
