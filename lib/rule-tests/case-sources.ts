import { dirname, resolve } from 'node:path';
import type { Pipeline } from '../pipeline/pipeline.ts';
import { needsStream, streamsOf } from '../pipeline/streams.ts';
import type { GivenEvents, RunOptions } from '../replay/run.ts';
import type { RuleCase } from './cases.ts';
import { CaseError } from './errors.ts';
import { eventsOf, type CaseEvents } from './events.ts';
import type { Moments } from './moment.ts';

/** The recorded files that a case reads, which nothing has checked yet. @param file the file that it stands in */
export function filesOf(
  file: string,
  one: Pick<RuleCase, 'events' | 'streams'> | null | undefined,
): string[] {
  const all: unknown[] = [one?.events, ...Object.values(one?.streams ?? {})];
  return all.filter((one) => typeof one === 'string').map((path) => resolve(dirname(file), path));
}

/** What a replay of a case reads. @throws {CaseError} if that is nothing, or it does not say what came in which stream */
export function sourcesOf(
  file: string,
  { events, streams }: RuleCase,
  pipeline: Pipeline,
  moments: Moments,
): RunOptions['sources'] {
  if ((events === undefined) === (streams === undefined)) {
    throw new CaseError(
      'events',
      events === undefined ? 'is missing' : 'and streams are both given',
      "write events: every('1m', '+0m', '+2h', (time) => ({ time, … })), or streams for those of several",
    );
  }
  const known = streamsOf(pipeline.sources);
  if (events !== undefined) {
    if (typeof events !== 'string' && needsStream(pipeline.sources)) {
      const remedy = `write streams: { ${known.map((stream) => `${stream}: […]`).join(', ')} }`;
      throw new CaseError('events', "do not say which of the pipeline's streams they came in", remedy);
    }
    const source = sourceOf(file, 'events', events, moments);
    return ['events' in source ? source : source.path];
  }
  return Object.entries(streams ?? {}).map(([stream, given]) => {
    const field = `streams.${stream}`;
    if (known.includes(stream)) return { ...sourceOf(file, field, given, moments), stream };
    throw new CaseError(field, 'is no stream of the pipeline', `take one of ${known.join(', ')}`);
  });
}

function sourceOf(
  file: string,
  field: string,
  events: CaseEvents,
  moments: Moments,
): { readonly path: string } | GivenEvents {
  if (typeof events === 'string') return { path: resolve(dirname(file), events) };
  return { path: field, events: eventsOf(field, events, moments) };
}
