import type { Aggregate } from '../pipeline/pipeline.ts';
import { DurationError, formatDuration, parseDuration } from '../time/duration.ts';
import { readEventTime } from '../time/event-time.ts';
import { keyText } from '../fold/key.ts';
import { QueryError } from './problem.ts';

/** Parameters of a request by name. */
export type Params = Readonly<Record<string, string | undefined>>;

// Panes a request may read: some 3 MB of items, well within API Gateway's 10 MB and 30 s.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html
export const MOST_PANES = 10_000;

// Sort keys of later years would not be in the order of their times.
const END_OF_TIME = Date.UTC(10_000, 0, 1);

/** Refuses parameters that mean nothing here: a misspelt one must not be passed over. @throws {QueryError} */
export function checkKnown(params: Params, known: readonly string[]): void {
  const unknown = Object.keys(params).find((name) => !known.includes(name));
  if (unknown !== undefined)
    throw new QueryError(400, `unknown parameter '${unknown}'; known are ${known.join(', ') || 'none'}`);
}

/** The key that the parameters name. @throws {QueryError} if a dimension is missing */
export function readKey(aggregate: Aggregate, params: Params): string {
  const values = aggregate.dimensions.map((dimension) => {
    const value = params[dimension];
    if (value === undefined)
      throw new QueryError(
        400,
        `the parameter '${dimension}' is missing; ${aggregate.name} has one aggregate for each ${aggregate.dimensions.join(' and ')}`,
      );
    return value;
  });
  return keyText(values);
}

/** Milliseconds of a time parameter. @throws {QueryError} if it is not ISO 8601 with a zone */
export function readTime(params: Params, name: string): number | undefined {
  const text = params[name];
  if (text === undefined) return undefined;
  const time = readEventTime(text);
  if (typeof time !== 'number') throw new QueryError(400, `the parameter '${name}' ${time.refused}`);
  return time;
}

/** Milliseconds of the resolution: the pane's by default. @throws {QueryError} if it is not a multiple of the pane */
export function readResolution(aggregate: Aggregate, params: Params): number {
  const text = params.resolution;
  if (text === undefined) return aggregate.pane;
  let ms: number;
  try {
    ms = parseDuration(text);
  } catch (error) {
    if (error instanceof DurationError)
      throw new QueryError(400, `the parameter 'resolution': ${error.message}`);
    throw error;
  }
  if (ms % aggregate.pane !== 0) {
    throw new QueryError(
      400,
      `the resolution of ${text} is not a multiple of ${aggregate.name}'s pane of ${formatDuration(aggregate.pane)}`,
    );
  }
  return ms;
}

/**
 * @param pane length in ms of the longest panes that the range can be read in
 * @throws {QueryError} if the range is empty, reversed, beyond all time or holds too many panes
 */
export function checkRange(pane: number, from: number, to: number): void {
  if (from >= to) throw new QueryError(400, "'from' is not before 'to'");
  if (to >= END_OF_TIME) throw new QueryError(400, 'the range ends beyond the year 9999');
  if ((to - from) / pane > MOST_PANES) {
    throw new QueryError(
      400,
      `the range holds more than ${MOST_PANES} panes of ${formatDuration(pane)}; ask for ${formatDuration(MOST_PANES * pane)} at most`,
    );
  }
}

/**
 * Where the last data are, in ms. Event time and the wall clock part ways under replay: they are where the watermark is.
 *
 * @throws {QueryError} if there are none yet
 */
export function latestTime(watermark: number): number {
  if (watermark === -Infinity) throw new QueryError(400, "no event has been read yet; give 'from' and 'to'");
  return watermark + 1;
}

/** A whole number from 1 to `most`. @throws {QueryError} */
export function readLimit(params: Params, fallback: number, most: number): number {
  const text = params.limit;
  if (text === undefined) return fallback;
  const limit = Number(text);
  if (!Number.isInteger(limit) || limit < 1 || limit > most)
    throw new QueryError(400, `the parameter 'limit' is '${text}'; give a whole number from 1 to ${most}`);
  return limit;
}
