import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import type { Readable, Writable } from 'node:stream';
import { Command, Option } from 'commander';
import type { Pipeline } from '../pipeline/pipeline.ts';
import type { QuarantineMessage } from '../quarantine/message.ts';
import { runReplay } from '../replay/run.ts';
import { DurationError, formatDuration, parseDuration } from '../time/duration.ts';
import { CommandError } from './errors.ts';
import { loadPipeline } from './load-pipeline.ts';
import { BufferedWriter } from './buffered-writer.ts';
import { createReport, type Report } from './replay-report.ts';
import { AsideList } from './aside-list.ts';

/** The streams of a process. */
export interface Streams {
  readonly stdin: Readable;
  readonly stdout: Writable;
  readonly stderr: Writable;
}

interface ReplayOptions {
  readonly pipeline: string;
  readonly format: 'table' | 'json' | 'ndjson';
  readonly resolution?: string;
  readonly quarantine?: string;
}

/** `weir replay FILE…`: what the pipeline would have made of recorded events. */
export function replayCommand(streams: Streams): Command {
  return new Command('replay')
    .description('replay recorded events through the pipeline, by event time alone')
    .argument(
      '<file...>',
      'NDJSON or recorded Lambda events (.ndjson, .jsonl, .json, each also .gz), or - for standard input',
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
    .option('--quarantine <path>', 'write late and quarantined records to a file, as they stand on the queue')
    .action((files: string[], options: ReplayOptions) => replay(files, options, streams));
}

async function replay(
  files: readonly string[],
  options: ReplayOptions,
  { stdin, stdout, stderr }: Streams,
): Promise<void> {
  if (files.filter((file) => file === '-').length > 1) {
    throw new CommandError(
      '- is given twice, but standard input can be read once only; leave one of them out',
    );
  }
  const pipeline = await loadPipeline(options.pipeline);
  const resolutions = readResolutions(pipeline, options.resolution);
  const out = new BufferedWriter(stdout);
  const aside = new AsideList(
    options.quarantine === undefined ? undefined : await openQuarantine(options.quarantine),
  );
  const report: Report = createReport(options.format, pipeline, out);
  const began = performance.now();
  const counts = await runReplay({
    pipeline,
    sources: files,
    stdin,
    resolutions,
    sink: {
      pane: (pane) => {
        report.pane(pane);
      },
      alert: (transition) => {
        report.alert(transition);
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

/** The resolution in ms of each aggregate whose panes are finer. */
function readResolutions(pipeline: Pipeline, text: string | undefined): Map<string, number> {
  const resolutions = new Map<string, number>();
  if (text === undefined) return resolutions;
  const ms = readDuration(text);
  for (const { name, pane } of pipeline.aggregates) {
    if (pane >= ms) continue;
    if (ms % pane !== 0) {
      const near = [Math.floor(ms / pane), Math.ceil(ms / pane)].map((panes) => formatDuration(panes * pane));
      throw new CommandError(
        `--resolution ${text} is not a multiple of the pane of ${formatDuration(pane)} of ${name}; take ${near.join(' or ')}`,
      );
    }
    resolutions.set(name, ms);
  }
  return resolutions;
}

function readDuration(text: string): number {
  try {
    return parseDuration(text);
  } catch (error) {
    if (error instanceof DurationError)
      throw new CommandError(`--resolution: ${error.message}`, { cause: error });
    throw error;
  }
}
