import { KeyTotals } from '../cli/key-totals.ts';
import { alertLine } from '../cli/show.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import type { QuarantineMessage } from '../quarantine/message.ts';
import { Audit, auditName, type AuditResult } from './audit.ts';
import { toldAlerts, type ToldAlert } from './delivered.ts';
import type { MetricsTally } from './metrics-tally.ts';
import { putRecords, type Outgoing } from './producer.ts';
import { QueueReader } from './queue-reader.ts';
import { sortByStream } from './route.ts';
import { scheduledEvent } from './scheduler.ts';
import type { RunningStack } from './stack-runner.ts';
import { storedPanes } from './stored.ts';
import { subscribe } from './subscriber.ts';

/** What the main job found. */
export interface JobSummary extends AuditResult {
  readonly read: number;
  readonly applied: number;
  readonly late: number;
  readonly quarantined: number;
  readonly ignored: number;
  readonly panes: number;
  readonly paneWrites: number;
  /** In the order in which they were received. */
  readonly alerts: readonly ToldAlert[];
  readonly failedBatches: number;
  readonly seconds: number;
}

/** Where the main job shows what it does. */
export interface JobConsole {
  line(text: string): void;
  start(total: number): void;
  finish(): void;
}

/** What the main job works with. */
export interface JobOptions {
  readonly stack: RunningStack;
  readonly pipeline: Pipeline;
  /** The events to put, as JSON. */
  readonly lines: readonly string[];
  readonly metrics: MetricsTally;
  readonly console: JobConsole;
}

/**
 * The main job: puts recorded events to Kinesis, lets the functions work, shows alerts as a subscriber receives them, and
 * holds what was stored against an independent account of the input.
 */
export async function runJob({ stack, pipeline, lines, metrics, console }: JobOptions): Promise<JobSummary> {
  const audit = new Audit(pipeline);
  for (const line of lines) audit.put(line);

  const alerts: ToldAlert[] = [];
  const subscriber = await subscribe(stack.aws.clients, stack.ref('AlertsTopic'), (message) => {
    for (const told of toldAlerts(message)) {
      alerts.push(told);
      console.line(alertLine(told.at, told.state, told));
    }
  });
  const aside = new Map<string, QuarantineMessage>();
  const quarantine = new QueueReader(stack.aws.clients.sqs, stack.ref('QuarantineQueue'), (body) => {
    const message = JSON.parse(body) as QuarantineMessage;
    aside.set(`${message.id} ${message.part}`, message);
  });

  const began = performance.now();
  console.start(lines.length);
  const { kinesis } = stack.aws.clients;
  const byStream = sortByStream(pipeline, lines, streamNames(stack));
  await Promise.all(
    [...byStream].map(([stream, own]) => putRecords(kinesis, stream, outgoing(own), () => undefined)),
  );
  await stack.quiet();
  const seconds = (performance.now() - began) / 1000;
  // What is due by the clock comes sooner than its schedule has it: a run like this may last less than a minute.
  await tick(stack);
  await stack.quiet();
  await Promise.all([subscriber.drain(), quarantine.drain()]);
  await Promise.all([subscriber.stop(), quarantine.stop()]);
  console.finish();

  const firstParts = [...aside.values()].filter(({ part }) => part === 1);
  for (const message of firstParts) audit.aside(message);
  const late = firstParts.filter(({ kind }) => kind === 'late').length;
  const quarantined = firstParts.length - late;
  const ignored = metrics.sum('RecordsIgnored');
  const stored = await readStored(stack, pipeline);
  console.line(stored.totals.tables());
  return {
    read: lines.length,
    applied: lines.length - late - quarantined - ignored,
    late,
    quarantined,
    ignored,
    panes: stored.panes,
    paneWrites: metrics.sum('PanesWritten'),
    alerts,
    failedBatches: metrics.sum('BatchFailures'),
    ...audit.compare(stored.records),
    seconds,
  };
}

async function tick(running: RunningStack): Promise<void> {
  const schedule = running.stack.schedules.find(({ function: { key } }) => key === 'tick');
  if (schedule !== undefined) await running.invoke('tick', scheduledEvent(schedule, new Date()));
}

/** The event streams of the stack, the service's own first. */
function streamNames(running: RunningStack): string[] {
  const own = running.ref('EventStream');
  const streams = [...running.stack.resources.values()].filter(({ type }) => type === 'AWS::Kinesis::Stream');
  return [own, ...streams.map((stream) => stream.ref).filter((name) => name !== own)];
}

function* outgoing(lines: readonly string[]): Generator<Outgoing> {
  for (const data of lines) {
    // By airport, as its own aggregate is kept: each airport's panes are then written by one shard alone.
    const { origin } = JSON.parse(data) as { readonly origin?: unknown };
    yield { partitionKey: typeof origin === 'string' ? origin : 'none', data };
  }
}

async function readStored(
  stack: RunningStack,
  pipeline: Pipeline,
): Promise<{ readonly totals: KeyTotals; readonly records: Map<string, number>; readonly panes: number }> {
  const totals = new KeyTotals(pipeline);
  const records = new Map<string, number>();
  let panes = 0;
  for await (const pane of storedPanes(stack.aws.clients.dynamodb, stack.ref('AggregatesTable'), pipeline)) {
    totals.add(pane);
    panes++;
    // The audit knows the input alone, and nothing of what is derived.
    if (pane.aggregate.derivation !== undefined) continue;
    const name = auditName(pane.aggregate.name, pane.key, pane.start);
    records.set(name, (records.get(name) ?? 0) + pane.records);
  }
  return { totals, records, panes };
}
