import { areApart } from './matcher.ts';
import type { Source } from './pipeline.ts';

/** The streams that a pipeline reads, as its author names them. */
export function streamsOf(sources: readonly Source[]): string[] {
  return [...new Set(sources.map(({ stream }) => stream))];
}

/**
 * Which of a pipeline's streams a stream of Kinesis is: the one with which its name ends, behind a dash. Of several the
 * longest is meant, as `x-auctions` has the end of `auctions` too.
 *
 * @param streams as `streamsOf` gives them
 * @returns `undefined` if it is none of them
 * @example streamNamed(['events', 'auctions'], 'weir-dev-auctions') // 'auctions'
 */
export function streamNamed(streams: readonly string[], physicalName: string): string | undefined {
  const fit = streams.filter((stream) => `-${physicalName}`.endsWith(`-${stream}`));
  return fit.sort((a, b) => b.length - a.length)[0];
}

/** Whether the stream has to be known to tell the sources' events apart: those of two streams cannot be by their fields. */
export function needsStream(sources: readonly Source[]): boolean {
  return sources.some(({ stream, when }) =>
    sources.some((other) => other.stream !== stream && !areApart(when, other.when)),
  );
}
