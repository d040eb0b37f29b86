import { once } from 'node:events';
import { basename } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { systemClock, type EngineEvent } from '../esm/index.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import type { Console } from './console.ts';
import { Board } from './dashboard/board.ts';
import { serveDashboard, type ServedDashboard } from './dashboard/serve.ts';
import { Job } from './job.ts';
import { MetricsTally } from './metrics-tally.ts';
import { Player } from './playback/player.ts';
import { linesOfFile } from './playback/recorded-lines.ts';
import { Recording } from './playback/recording.ts';
import { speedText } from './playback/speed.ts';
import { reportFaults, reportSummary, summaryHolds } from './report.ts';
import { startSchedules } from './scheduler.ts';
import { runStack, type RunningStack } from './stack-runner.ts';
import type { LocalOptions } from './start-options.ts';

/** What is run, and where it shows. */
export interface RunLocallyOptions {
  /** The project's directory. */
  readonly root: string;
  /** Recorded events. */
  readonly file: string;
  readonly pipeline: Pipeline;
  readonly options: LocalOptions;
  readonly terminal: Console;
}

// Two shards, so that there are two lanes. Events may come all at once: the bigger the batches, the fewer the writes. And whoever
// reaches this machine's own address needs no signature.
const PARAMS = { shards: '2', batchSize: '5000', apiAuth: 'none' };
// Who presses Ctrl-C does not wait longer for an account.
const LAST_ACCOUNT_MS = 5_000;

/**
 * Runs the service on this machine with recorded events, from the start of the stack to Ctrl-C.
 *
 * @throws {PlaybackError} {InputError} if the events cannot be played
 * @throws {PackageError} {TemplateError} {EmbeddedAwsError} {PortError} if a part does not come up
 * @returns whether every account that was drawn up agreed with what is stored
 */
export async function runLocally({
  root,
  file,
  pipeline,
  options,
  terminal,
}: RunLocallyOptions): Promise<{ readonly holds: boolean }> {
  const { speed, from, to, loop, chaos, exit, port } = options;
  const lines = (): ReturnType<typeof linesOfFile> => linesOfFile(file);
  const recording = await Recording.open({ pipeline, lines, name: basename(file), from, to, loop });
  const metrics = new MetricsTally();
  const board = new Board({ now: Date.now, metrics });
  const began = performance.now();
  terminal.line('Packaging the service and starting the embedded AWS …');
  const running = await runStack({
    root,
    params: PARAMS,
    ...chaos?.hooks,
    onOutput: (name, text) => {
      for (const line of metrics.take(name, text)) {
        board.log(name, line);
        terminal.log(`${name}: ${line}`);
      }
    },
    onEvent: (name, event) => {
      board.event(name, event);
      showEvent(name, event);
    },
  });
  const stack = (await chaos?.begin(running)) ?? running;
  terminal.line(`Running after ${((performance.now() - began) / 1000).toFixed(1)} s: ${describe(stack)}`);
  if (chaos !== undefined) terminal.line(`Goes wrong: ${chaos.state().wanted}, seed ${chaos.seed}`);
  const scheduler = startSchedules(stack.stack.schedules, (key, event) => stack.invoke(key, event));
  const job = await Job.start({
    stack,
    pipeline,
    metrics,
    producer: chaos?.producer,
    line: (text) => {
      terminal.line(text);
    },
    onNotice: (message) => {
      board.tell(message, stack.ref('AlertsTopic'));
    },
    onAside: (message, sentAt) => {
      board.setAside(message, sentAt);
    },
    onAsideGone: (id) => {
      board.asideGone(id);
    },
  });
  const player = new Player({
    recording,
    clock: systemClock,
    speed,
    loop,
    put: (events) => job.put(events.map(({ line }) => line)),
    onPass: async () => {
      await account();
      chaos?.resume();
      if (!isInterrupted()) terminal.start(recording.total);
    },
  });
  player.onChange(({ state, speed: now }) => {
    terminal.speed(state === 'paused' ? 'paused' : speedText(now));
  });
  let served: ServedDashboard | undefined;
  let holds = true;
  const interrupt = new AbortController();
  const interrupted = Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]).then(() => {
    interrupt.abort();
    player.stop();
  });
  try {
    served = await serveDashboard({
      stack,
      pipeline,
      board,
      quarantine: job.quarantine,
      playback: player,
      ...(chaos === undefined ? {} : { faults: () => chaos.state() }),
      subscribed: [stack.ref('AlertsTopic')],
      port,
    });
    if (!exit || speed !== 'max' || loop) terminal.line(`Dashboard and HTTP API: ${served.url}`);
    terminal.speed(speedText(speed));
    terminal.start(recording.total);
    await player.run();
    await (isInterrupted() ? Promise.race([account(), tooLate()]) : Promise.race([account(), interrupted]));
    if (!exit && !isInterrupted()) await serve(served, interrupted);
    return { holds };
  } finally {
    terminal.finish();
    await served?.close();
    await job.stop();
    await scheduler.stop();
    await stack.stop();
  }

  async function account(): Promise<void> {
    // What is under way is to go wrong too.
    if (chaos !== undefined) await stack.quiet();
    await chaos?.calm();
    const summary = await job.account();
    const { read, applied, late, quarantined: refused, lost, doubled } = summary;
    board.accountFor({ read, applied, late, refused, lost, doubled });
    terminal.finish();
    terminal.line(summary.totals);
    if (chaos !== undefined) terminal.line(reportFaults(chaos.state()));
    terminal.line(reportSummary(summary));
    holds &&= summaryHolds(summary);
  }

  async function tooLate(): Promise<void> {
    await delay(LAST_ACCOUNT_MS, undefined, { ref: false });
    terminal.finish();
    terminal.line('Ended before all that was put had come to rest: there is no account of it');
  }

  function isInterrupted(): boolean {
    return interrupt.signal.aborted;
  }

  function showEvent(name: string, event: EngineEvent): void {
    // What is refused on purpose is counted, and comes again.
    const isWanted = chaos !== undefined && event.type === 'sourceFailed';
    if ((event.type === 'sourceFailed' && !isWanted) || event.type === 'destinationFailed')
      terminal.log(`${name}: ${String(event.error)}`);
    if (event.type === 'discarded')
      terminal.line(`${name}: gave up on ${event.records} records of ${event.shardId} (${event.condition})`);
    if (name === 'aggregate' && event.type === 'succeeded') terminal.advance(event.records);
  }

  async function serve({ url, apiUrl }: ServedDashboard, until: Promise<void>): Promise<void> {
    terminal.line(
      `\nThe HTTP API answers until Ctrl-C:\n  ${apiUrl}/aggregates\n  ${apiUrl}/alerts?state=firing\nand the dashboard:\n  ${url}`,
    );
    await until;
  }
}

function describe({ stack }: RunningStack): string {
  return `${stack.functions.map(({ key }) => key).join(', ')} on ${stack.eventSourceMappings.length} streams`;
}
