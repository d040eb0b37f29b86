import { setTimeout as delay } from 'node:timers/promises';
import type { KinesisClient } from '@aws-sdk/client-kinesis';
import { KeyTotals } from '../cli/key-totals.ts';
import { alertLine } from '../cli/show.ts';
import type { NoticeMessage } from '../notify/message.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import type { QuarantineMessage } from '../quarantine/message.ts';
import type { Line } from '../replay/lines.ts';
import { Audit, auditName, type AuditResult } from './audit.ts';
import { toldAlerts, type ToldAlert } from './delivered.ts';
import { redriveFailures } from './failure-redrive.ts';
import type { MetricsTally } from './metrics-tally.ts';
import { putRecords, type Outgoing } from './producer.ts';
import { QuarantineWatch } from './quarantine-watch.ts';
import type { QueueReader } from './queue-reader.ts';
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
  /** Tables of the keys with most records, to be shown. */
  readonly totals: string;
  /** From the first put until all had come to rest. */
  readonly seconds: number;
}

/** What a job works with. */
export interface JobOptions {
  readonly stack: RunningStack;
  readonly pipeline: Pipeline;
  readonly metrics: MetricsTally;
  /** Shows a line. */
  readonly line: (text: string) => void;
  /** What puts the events; the stack's own client, unless given. */
  readonly producer?: KinesisClient | undefined;
  /** Told of each message that a subscriber of the alerts topic receives. */
  readonly onNotice?: (message: NoticeMessage) => void;
  /** Told of each record that is set aside, once. @param sentAt ms */
  readonly onAside?: (message: QuarantineMessage, sentAt: number) => void;
  /** No message of a record is in the quarantine queue any more. */
  readonly onAsideGone?: (id: string) => void;
}

/**
 * The main job: puts recorded events to Kinesis, lets the functions work, shows alerts as a subscriber receives them, and
 * holds what was stored against an independent account of what was put.
 */
export class Job {
  /** What lies in the quarantine queue. */
  readonly quarantine: QuarantineWatch;
  readonly #options: JobOptions;
  readonly #audit: Audit;
  readonly #streams: readonly string[];
  readonly #alerts: ToldAlert[] = [];
  /** By record, the first part of each. */
  readonly #aside = new Map<string, QuarantineMessage>();
  #subscriber: QueueReader | undefined;
  #read = 0;
  #began: number | undefined;

  private constructor(options: JobOptions) {
    const { stack, pipeline } = options;
    this.#options = options;
    this.#audit = new Audit(pipeline);
    this.#streams = streamNames(stack);
    this.quarantine = new QuarantineWatch(stack.aws.clients.sqs, stack.ref('QuarantineQueue'), {
      onFound: (message, sentAt) => {
        this.#setAside(message, sentAt);
      },
      onGone: (id) => {
        this.#takeBack(id);
      },
    });
  }

  /** Subscribes to the alerts; whatever is put from then on counts. */
  static async start(options: JobOptions): Promise<Job> {
    const job = new Job(options);
    const { stack } = options;
    job.#subscriber = await subscribe(stack.aws.clients, stack.ref('AlertsTopic'), (message) => {
      job.#hear(message);
    });
    return job;
  }

  /** Puts events to the streams that they belong to, in their order. @throws {ProducerError} if they are refused for good */
  async put(lines: readonly Line[]): Promise<void> {
    const { stack, pipeline, producer = stack.aws.clients.kinesis } = this.#options;
    this.#began ??= performance.now();
    this.#read += lines.length;
    for (const line of lines) this.#audit.put(line);
    const byStream = sortByStream(pipeline, lines, this.#streams);
    await Promise.all(
      [...byStream].map(([stream, own]) => putRecords(producer, stream, outgoing(own), () => undefined)),
    );
  }

  /**
   * Waits until all that was put has come to rest, redrives what was given up, and draws up the account. Nothing may be put
   * meanwhile.
   */
  async account(): Promise<JobSummary> {
    const { stack, pipeline, metrics, line } = this.#options;
    await stack.quiet();
    const seconds = (performance.now() - (this.#began ?? performance.now())) / 1_000;
    // What is due by the clock comes sooner than its schedule has it: a run like this may last less than a minute.
    await tick(stack);
    await stack.quiet();
    const stays = await redriveFailures(stack, (ms) => delay(ms));
    if (stays > 0) line(`${stays} messages stay on the failure queue`);
    await Promise.all([this.#subscriber?.drain(), this.quarantine.look()]);

    const late = [...this.#aside.values()].filter(({ kind }) => kind === 'late').length;
    const quarantined = this.#aside.size - late;
    const ignored = metrics.sum('RecordsIgnored');
    const stored = await readStored(stack, pipeline);
    return {
      read: this.#read,
      applied: this.#read - late - quarantined - ignored,
      late,
      quarantined,
      ignored,
      panes: stored.panes,
      paneWrites: metrics.sum('PanesWritten'),
      alerts: this.#alerts,
      failedBatches: metrics.sum('BatchFailures'),
      ...this.#audit.compare(stored.records),
      totals: stored.totals.tables(),
      seconds,
    };
  }

  async stop(): Promise<void> {
    await Promise.all([this.#subscriber?.stop(), this.quarantine.stop()]);
  }

  #hear(message: NoticeMessage): void {
    this.#options.onNotice?.(message);
    for (const told of toldAlerts(message)) {
      this.#alerts.push(told);
      this.#options.line(alertLine(told.at, told.state, told));
    }
  }

  #setAside(message: QuarantineMessage, sentAt: number): void {
    if (message.part !== 1) return;
    this.#aside.set(message.id, message);
    this.#audit.aside(message);
    this.#options.onAside?.(message, sentAt);
  }

  #takeBack(id: string): void {
    const message = this.#aside.get(id);
    if (message !== undefined) this.#audit.asideGone(message);
    this.#aside.delete(id);
    this.#options.onAsideGone?.(id);
  }
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

function* outgoing(lines: readonly Line[]): Generator<Outgoing> {
  for (const data of lines) yield { partitionKey: partitionKeyOf(data), data };
}

/** By airport, as its own aggregate is kept: each airport's panes are then written by one shard alone. */
function partitionKeyOf(line: Line): string {
  try {
    const value: unknown = JSON.parse(line.toString());
    const isKeyed = typeof value === 'object' && value !== null && 'origin' in value;
    return isKeyed && typeof value.origin === 'string' && value.origin !== '' ? value.origin : 'none';
  } catch {
    return 'none';
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
