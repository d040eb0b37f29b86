import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import type { Readable, Writable } from 'node:stream';
import { Command, Option } from 'commander';
import { alertsOn } from '../pipeline/pipeline.ts';
import type { QuarantineMessage } from '../quarantine/message.ts';
import { runReplay } from '../replay/run.ts';
import { readEventTime } from '../time/event-time.ts';
import { CommandError } from './errors.ts';
import { loadPipeline } from './load-pipeline.ts';
import { BufferedWriter } from './buffered-writer.ts';
import { readSources } from './read-sources.ts';
import { createReport, type Report } from './replay-report.ts';
import { pickAggregates, readWindows, type WindowOptions } from './replay-windows.ts';
import { AsideList } from './aside-list.ts';

/** The streams of a process. */
export interface Streams {
  readonly stdin: Readable;
  readonly stdout: Writable;
  readonly stderr: Writable;
}

interface ReplayOptions extends WindowOptions {
  readonly pipeline: string;
  readonly format: 'table' | 'json' | 'ndjson';
  readonly aggregate: readonly string[];
  readonly quarantine?: string;
  readonly until?: string;
  readonly pending: boolean;
}

/** `weir replay FILE…`: what the pipeline would have made of recorded events. */
export function replayCommand(streams: Streams): Command {
  return new Command('replay')
    .description('replay recorded events through the pipeline, by event time alone')
    .argument(
      '<file...>',
      'NDJSON or recorded Lambda events (.ndjson, .jsonl, .json, each also .gz), or - for standard input; STREAM=FILE if its events do not say which of several streams they came in',
    )
    .option('--pipeline <path>', 'the file that defines the pipeline', 'pipeline.ts')
    .addOption(
      new Option('--format <format>', 'how to write the results')
        .choices(['table', 'json', 'ndjson'])
        .default('table'),
    )
    .option(
      '--resolution <duration>',
      "merge panes to a coarser resolution, such as 1h (default: the pane's)",
    )
    .option(
      '--window <window>',
      'merge panes to windows, such as sliding(1h, 5m) or tumbling(1d, zone=Europe/Berlin)',
    )
    .option(
      '--aggregate <name>',
      'give this aggregate and its alerts only; may be repeated',
      (name: string, names: string[]) => [...names, name],
      [],
    )
    .option('--until <time>', "go on in silence after the input's end, up to this event time")
    .option('--pending', 'show pending, recovering and the like in the table, too', false)
    .option('--quarantine <path>', 'write late and quarantined records to a file, as they stand on the queue')
    .action((files: string[], options: ReplayOptions) => replay(files, options, streams));
}

async function replay(
  files: readonly string[],
  options: ReplayOptions,
  { stdin, stdout, stderr }: Streams,
): Promise<void> {
  const pipeline = await loadPipeline(options.pipeline);
  const sources = readSources(pipeline, files);
  const picked = pickAggregates(pipeline, options.aggregate);
  const windows = readWindows(picked, options);
  const until = readUntil(options.until);
  if (options.window !== undefined && options.format === 'table') {
    throw new CommandError(
      '--window goes with --format ndjson or json: the table shows whole recordings, and an event may be in several windows',
    );
  }
  const alerts = new Set(
    picked.flatMap((aggregate) => alertsOn(pipeline, aggregate)).map(({ name }) => name),
  );
  const out = new BufferedWriter(stdout);
  const aside = new AsideList(
    options.quarantine === undefined ? undefined : await openQuarantine(options.quarantine),
  );
  const report: Report = createReport(options.format, { ...pipeline, aggregates: picked }, out, options);
  const began = performance.now();
  const counts = await runReplay({
    pipeline,
    sources,
    stdin,
    windows,
    until,
    sink: {
      pane: (pane, isFinal) => {
        if (picked.includes(pane.aggregate)) report.pane(pane, isFinal);
      },
      alert: (transition) => {
        if (alerts.has(transition.alert)) report.alert(transition);
      },
      notice: (notice) => {
        if (alerts.has(notice.alert)) report.notice(notice);
      },
      aside: (message: QuarantineMessage) => {
        aside.add(message);
      },
    },
  });
  report.summary({ ...counts, seconds: Math.round(performance.now() - began) / 1000 });
  await out.end();
  await aside.end();
  stderr.write(aside.text());
}

/** A time (ms) on the command line. @throws {CommandError} if it is none */
export function readUntil(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const ms = readEventTime(text);
  if (typeof ms === 'number') return ms;
  throw new CommandError(`--until ${ms.refused}`);
}

const OPEN_PROBLEMS: Readonly<Record<string, string>> = {
  ENOENT: 'its directory does not exist',
  EISDIR: 'it is a directory',
  EACCES: 'its permissions forbid it',
};

/** Opened before anything is read: a long replay must not fail for it in the end. */
async function openQuarantine(path: string): Promise<BufferedWriter> {
  const stream = createWriteStream(path);
  try {
    await once(stream, 'open');
  } catch (error) {
    const { code = '', message } = error as NodeJS.ErrnoException;
    throw new CommandError(
      `--quarantine ${path} cannot be written: ${OPEN_PROBLEMS[code] ?? message}; give the path of a file`,
      { cause: error },
    );
  }
  return new BufferedWriter(stream);
}
