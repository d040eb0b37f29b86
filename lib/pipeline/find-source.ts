import type { Rejection } from '../quarantine/rejection.ts';
import { discriminate, type Discriminate } from './discriminate.ts';
import { matcherText } from './matcher.ts';
import type { Source } from './pipeline.ts';
import { streamNamed, streamsOf } from './streams.ts';

/**
 * Finds the source that an event is of; `undefined` if it is of none.
 *
 * @param value the event as it was decoded
 * @param stream name of the stream that it came in, if it is known
 */
export type FindSource = (value: unknown, stream: string | undefined) => Source | undefined;

/**
 * Finds the source that an event is of. Sources are apart: an event is of one at most. A pipeline of one stream has it
 * whatever its name is; with several, the name says which of the sources an event may be of.
 *
 * An event of unknown stream may be of any source; where only the stream tells two of them apart, it is the first.
 */
export function createFindSource(sources: readonly Source[]): FindSource {
  const streams = streamsOf(sources);
  const any = discriminate(sources);
  if (streams.length === 1) return any;
  const byName = new Map<string | undefined, Discriminate>([[undefined, any]]);
  const find = (name: string | undefined): Discriminate => {
    let known = byName.get(name);
    if (known === undefined) {
      byName.set(name, (known = discriminate(sourcesIn(sources, streams, name))));
    }
    return known;
  };
  return (value, stream) => find(stream)(value);
}

/** The verdict on an event of no source, with what the pipeline knows. */
export function unknownType(sources: readonly Source[], stream: string | undefined): Rejection {
  const streams = streamsOf(sources);
  const may = streams.length === 1 ? sources : sourcesIn(sources, streams, stream);
  const detail =
    may.length === 0
      ? `the pipeline has no source of stream ${stream ?? ''}, but of ${streams.join(', ')}`
      : `the event is of no kind that the pipeline knows: ${may.map(describe).join('; ')}`;
  return {
    reason: 'unknown-type',
    detail: `${detail}; add a source for it, or pass such events over by unmatched: 'ignore'`,
  };
}

function sourcesIn(
  sources: readonly Source[],
  streams: readonly string[],
  name: string | undefined,
): readonly Source[] {
  if (name === undefined) return sources;
  const named = streamNamed(streams, name);
  return sources.filter(({ stream }) => stream === named);
}

function describe({ stream, when }: Source): string {
  return when === undefined ? `all of ${stream}` : `${matcherText(when)} of ${stream}`;
}
