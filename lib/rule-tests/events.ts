import { readDuration } from '../pipeline/check.ts';
import { PipelineError } from '../pipeline/errors.ts';
import type { Duration } from '../time/duration.ts';
import { isoTime } from '../time/event-time.ts';
import { CaseError, checkList } from './errors.ts';
import type { Moments } from './moment.ts';

/** Makes an event of its time, ISO 8601 UTC; `undefined` makes none, and a list several at once. @param index from 0 */
export type EventMaker = (time: string, index: number) => unknown;

/** Events that are made when a case runs, as their times depend on its start. */
export interface MadeEvents {
  readonly made: 'every' | 'at' | 'together';
  /** Times in ms and events, in order of time. */
  readonly list: (field: string, moments: Moments) => TimedEvent[];
}

/** An event and the time in ms that it was made for. */
export interface TimedEvent {
  readonly time: number;
  readonly event: unknown;
}

/** What happens in a case: the path of a recorded file, from the case's own file on, or events in the order of their arrival. */
export type CaseEvents = string | MadeEvents | readonly unknown[];

// A case is written by hand: more than this is a slip of a unit.
const MOST_EVENTS = 10_000_000;

/**
 * An event every so often in [from, to).
 *
 * @param from ISO 8601 with a zone, or how long after the case's start
 * @example every('1m', '+0m', '+2h', (time) => ({ time, origin: 'ORD', destination: 'LGA', delay: 60, distance: 733 }))
 */
export function every(step: Duration, from: string, to: string, make: EventMaker): MadeEvents {
  return {
    made: 'every',
    list: (field, moments) => {
      const ms = readDuration(`${field}: every`, step);
      const [start, end] = [moments.read(`${field}: every`, from), moments.read(`${field}: every`, to)];
      if (end <= start) {
        throw new CaseError(`${field}: every`, `goes from ${from} to ${to}, which is not later`, 'swap them');
      }
      if ((end - start) / ms > MOST_EVENTS) {
        throw new CaseError(`${field}: every`, `makes more than ${MOST_EVENTS} events`, 'take a longer step');
      }
      const events: TimedEvent[] = [];
      for (let time = start; time < end; time += ms) {
        const event = make(isoTime(time), events.length);
        events.push({ time, event });
      }
      return events.filter(({ event }) => event !== undefined);
    },
  };
}

/**
 * One event at a time.
 *
 * @param time ISO 8601 with a zone, or how long after the case's start
 * @example at('+15m', (time) => ({ time, origin: 'ORD', destination: 'LGA', delay: 300, distance: 733 }))
 */
export function at(time: string, make: EventMaker): MadeEvents {
  return {
    made: 'at',
    list: (field, moments) => {
      const ms = moments.read(`${field}: at`, time);
      return [{ time: ms, event: make(isoTime(ms), 0) }];
    },
  };
}

/**
 * Several lists of made events as one, in order of time; those of the same time in the order of the lists.
 *
 * @example together(every('1m', '+0m', '+2h', calm), every('10s', '+1h', '+90m', storm))
 */
export function together(...lists: readonly MadeEvents[]): MadeEvents {
  return {
    made: 'together',
    list: (field, moments) =>
      lists.flatMap((list) => checkMade(field, list).list(field, moments)).sort((a, b) => a.time - b.time),
  };
}

/** The events of a case in the order of their arrival. @throws {CaseError | PipelineError} if they cannot be made */
export function eventsOf(
  field: string,
  events: MadeEvents | readonly unknown[],
  moments: Moments,
): unknown[] {
  const parts: readonly unknown[] = isMade(events) ? [events] : events;
  checkList(field, parts, "write a list, every('1m', '+0m', '+2h', …), or the path of a recorded file");
  return parts.flatMap((part, i) => {
    if (!isMade(part)) return [part];
    return made(isMade(events) ? field : `${field}[${i}]`, part, moments).map(({ event }) => event);
  });
}

function made(field: string, part: MadeEvents, moments: Moments): TimedEvent[] {
  try {
    return part.list(field, moments);
  } catch (error) {
    if (error instanceof CaseError || error instanceof PipelineError) throw error;
    const message = error instanceof Error ? error.message : String(error);
    throw new CaseError(field, `cannot be made: ${message}`, `mend the function of ${part.made}`, {
      cause: error,
    });
  }
}

// Typed, but a case may be written in JavaScript.
function checkMade(field: string, list: unknown): MadeEvents {
  if (isMade(list)) return list;
  throw new CaseError(
    `${field}: together`,
    'is of something else than events that every, at or together make',
    'write together(every(…), at(…))',
  );
}

function isMade(value: unknown): value is MadeEvents {
  return typeof value === 'object' && value !== null && 'made' in value && 'list' in value;
}
