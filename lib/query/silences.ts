import type { Matcher, Silence } from '../dispatch/silence.ts';
import { DurationError, parseDuration } from '../time/duration.ts';
import { isoTime, readEventTime } from '../time/event-time.ts';
import type { AlertContext } from './alert-context.ts';
import { checkFields, readAuthor, readText, type Body } from './body.ts';
import { checkKnown, type Params } from './params.ts';
import { QueryError } from './problem.ts';
import { readMatchers } from './read-matchers.ts';
import { wakeGroups } from './wake-groups.ts';

/** A silence as the API gives it. Times are ISO 8601 UTC. */
export interface SilenceListing {
  readonly id: string;
  readonly state: SilenceState;
  readonly matchers: readonly Matcher[];
  readonly start: string;
  readonly end: string;
  readonly author: string;
  readonly comment: string;
  readonly created: string;
}

type SilenceState = 'active' | 'pending' | 'expired';

type SilenceContext = Pick<AlertContext, 'pipeline' | 'silences' | 'now' | 'newId'>;

const STATES: readonly SilenceState[] = ['active', 'pending', 'expired'];
// How long after its end a silence is still listed.
const RECENTLY_MS = 86_400_000;
const REMEDY = "give 'for', such as '2h', or 'end', such as '2026-01-31T18:00:00Z'";

/**
 * Lists the silences that are active or pending, or ended within the last day, by start; `state` chooses among them.
 *
 * @throws {QueryError} if a parameter makes no sense
 */
export async function listSilences(
  { silences, now }: Pick<SilenceContext, 'silences' | 'now'>,
  params: Params,
): Promise<{ readonly silences: readonly SilenceListing[] }> {
  checkKnown(params, ['state']);
  const wanted = params.state;
  if (wanted !== undefined && !STATES.some((state) => state === wanted))
    throw new QueryError(400, `the parameter 'state' is '${wanted}'; give ${STATES.join(', ')} or nothing`);
  const time = now();
  const found = await silences.list(time - RECENTLY_MS);
  const listed = found.map((silence) => describe(silence, time));
  return { silences: listed.filter(({ state }) => wanted === undefined || state === wanted) };
}

/**
 * Makes a silence: `matchers`, `start` (default: now), `end` or `for`, `author`, `comment`.
 *
 * @param caller the ARN that the request was signed by, if it was
 * @throws {QueryError} if a field makes no sense, or no alert of the pipeline can ever match
 */
export async function addSilence(
  { pipeline, silences, now, newId }: SilenceContext,
  body: Body,
  caller?: string,
): Promise<SilenceListing> {
  checkFields('the silence', body, ['matchers', 'start', 'end', 'for', 'author', 'comment']);
  const matchers = readMatchers(pipeline, body.matchers);
  const created = now();
  const comment = readText(body, 'comment');
  if (comment === '')
    throw new QueryError(400, "the field 'comment' is missing; say why nobody is to be told");
  const silence: Silence = {
    id: newId(),
    matchers,
    ...readTimes(body, created),
    author: readAuthor(body, caller),
    comment,
    created,
  };
  await silences.put(silence);
  return describe(silence, created);
}

/**
 * Ends a silence now, and keeps what it was. One that has ended stays as it is.
 *
 * @throws {QueryError} if there is none of that id
 */
export async function endSilence(
  context: Omit<SilenceContext, 'newId'> & Parameters<typeof wakeGroups>[0],
  id: string,
): Promise<SilenceListing> {
  const { silences, now } = context;
  const silence = await silences.read(id);
  if (silence === undefined)
    throw new QueryError(404, `there is no silence '${id}'; ask for all silences to see which there are`);
  const time = now();
  const isOver = silence.end <= time;
  const ended = isOver ? silence : { ...silence, start: Math.min(silence.start, time), end: time };
  if (!isOver) await silences.put(ended);
  // Also of one that has ended: whoever ended it may have come no further.
  await wakeGroups(context, ended);
  return describe(ended, time);
}

function readTimes(body: Body, now: number): Pick<Silence, 'start' | 'end'> {
  const start = readInstant(body, 'start') ?? now;
  const [until, long] = [readInstant(body, 'end'), body.for];
  if (until !== undefined && long !== undefined)
    throw new QueryError(400, "the silence has both 'for' and 'end'; leave one of them out");
  if (until === undefined && long === undefined)
    throw new QueryError(400, `the silence has no end; ${REMEDY}`);
  const end = until ?? start + readLong(long);
  if (typeof readEventTime(end) !== 'number')
    throw new QueryError(400, `the silence ends beyond the year 9999; ${REMEDY}`);
  if (end <= start) throw new QueryError(400, `the silence ends before it starts; ${REMEDY}`);
  if (end <= now) throw new QueryError(400, `the silence is over already; ${REMEDY}`);
  return { start, end };
}

function readInstant(body: Body, field: string): number | undefined {
  const value = body[field];
  if (value === undefined) return undefined;
  const time = typeof value === 'string' ? readEventTime(value) : { refused: 'is not a text' };
  if (typeof time !== 'number') throw new QueryError(400, `the field '${field}' ${time.refused}`);
  return time;
}

function readLong(value: unknown): number {
  if (typeof value !== 'string') throw new QueryError(400, `the field 'for' is not a text; ${REMEDY}`);
  try {
    return parseDuration(value);
  } catch (error) {
    if (error instanceof DurationError) throw new QueryError(400, `the field 'for': ${error.message}`);
    throw error;
  }
}

function describe({ start, end, created, ...rest }: Silence, now: number): SilenceListing {
  const { id, matchers, author, comment } = rest;
  return {
    id,
    state: end <= now ? 'expired' : start > now ? 'pending' : 'active',
    matchers,
    start: isoTime(start),
    end: isoTime(end),
    author,
    comment,
    created: isoTime(created),
  };
}
