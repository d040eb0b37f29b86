import type { Rejection } from '../quarantine/rejection.ts';
import type { Source } from './pipeline.ts';

/**
 * The source that an event is of. Sources are apart: an event is of one at most.
 *
 * @param value the event as it was decoded
 * @param stream name of the stream that it came in, if it is known
 */
export function findSource(
  sources: readonly Source[],
  value: unknown,
  stream: string | undefined,
): Source | Rejection {
  const source = sources.find((candidate) => isFrom(candidate, stream) && isOf(candidate, value));
  if (source !== undefined) return source;
  return {
    reason: 'unknown-type',
    detail: `the event is of none of the kinds that the pipeline knows: ${sources.map(describe).join('; ')}`,
  };
}

function isFrom(source: Source, stream: string | undefined): boolean {
  return stream === undefined || stream === source.stream || stream.endsWith(`-${source.stream}`);
}

function isOf({ when }: Source, value: unknown): boolean {
  if (when === undefined) return true;
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(when).every(([field, values]) =>
    values.includes((value as Readonly<Record<string, unknown>>)[field]),
  );
}

function describe({ stream, when }: Source): string {
  return when === undefined ? `any of ${stream}` : `${JSON.stringify(when)} of ${stream}`;
}
