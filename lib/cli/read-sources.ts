import { existsSync } from 'node:fs';
import type { Pipeline } from '../pipeline/pipeline.ts';
import { streamsOf } from '../pipeline/streams.ts';
import type { StreamRecording } from '../replay/run.ts';
import { CommandError } from './errors.ts';

const STREAM_AND_PATH = /^(?<stream>[A-Za-z][A-Za-z0-9_-]*)=(?<path>.+)$/s;

/**
 * The recordings that a command line names.
 *
 * @throws {CommandError} if one is of a stream that the pipeline does not have, or standard input is given twice
 */
export function readSources(pipeline: Pipeline, files: readonly string[]): (string | StreamRecording)[] {
  const sources = files.map((file) => readSource(pipeline, file));
  if (sources.filter((source) => pathOf(source) === '-').length > 1) {
    throw new CommandError(
      '- is given twice, but standard input can be read once only; leave one of them out',
    );
  }
  return sources;
}

/** A file, or one of which the stream is said. A file's own name may have the sign in it, too. */
function readSource({ sources }: Pipeline, file: string): string | StreamRecording {
  const { stream, path } = STREAM_AND_PATH.exec(file)?.groups ?? {};
  if (stream === undefined || path === undefined || existsSync(file)) return file;
  const streams = streamsOf(sources);
  if (streams.includes(stream)) return { path, stream };
  throw new CommandError(
    `${file}: the pipeline has no stream ${stream}; its streams are ${streams.join(', ')}`,
  );
}

/** The path of a recording. */
export function pathOf(source: string | StreamRecording): string {
  return typeof source === 'string' ? source : source.path;
}
