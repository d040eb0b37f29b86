import { createFindSource } from '../pipeline/find-source.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import { streamNamed, streamsOf } from '../pipeline/streams.ts';
import type { Line } from '../replay/lines.ts';

/** A stream that the pipeline reads and the stack does not have. */
export class RouteError extends Error {
  override readonly name = 'RouteError';
}

/**
 * Sorts events by the stream of Kinesis that a producer would put them to: that of their source, or the pipeline's first for
 * those of no source. Where only the stream tells sources apart, an event is taken for one of the first that it may be of.
 *
 * @param lines events as JSON
 * @param streamNames of all streams of the stack, of which the first takes everything if the pipeline reads one stream
 * @throws {RouteError} if there is no such stream
 */
export function sortByStream<L extends Line>(
  { sources }: Pick<Pipeline, 'sources'>,
  lines: readonly L[],
  streamNames: readonly string[],
): Map<string, readonly L[]> {
  const streams = streamsOf(sources);
  const [first = ''] = streamNames;
  if (streams.length === 1) return new Map([[first, lines]]);
  const find = createFindSource(sources);
  const sorted = new Map(streams.map((stream) => [stream, [] as L[]]));
  for (const line of lines) {
    const source = find(parsed(line), undefined) ?? sources[0];
    sorted.get(source?.stream ?? '')?.push(line);
  }
  return new Map([...sorted].map(([stream, own]) => [nameOf(stream), own]));

  function nameOf(stream: string): string {
    const name = streamNames.find((candidate) => streamNamed(streams, candidate) === stream);
    if (name !== undefined) return name;
    throw new RouteError(`serverless.yml declares no stream '${stream}', which pipeline.ts reads`);
  }
}

/** `undefined` if it is no JSON. */
function parsed(line: Line): unknown {
  try {
    return JSON.parse(line.toString()) as unknown;
  } catch {
    return undefined;
  }
}
