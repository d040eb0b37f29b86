import { isoTime } from '../../time/event-time.ts';
import { PlaybackError } from './errors.ts';
import type { EventReader, ReadEvent } from './event-reader.ts';
import { fieldsRead, memberAt, withMember, type Path } from './time-fields.ts';

/** How a field writes time: as a text that begins a day, or as a number of which so many are a millisecond. */
type Form = 'day' | number;

/** Where an event's time stands, and how. */
interface Place {
  readonly paths: readonly Path[];
  readonly form: Form;
}

export const DAY_MS = 86_400_000;

const DAY = /\d{4}-\d\d-\d\d/;
// Milliseconds, seconds, microseconds, nanoseconds.
const PER_MS = [1, 1 / 1_000, 1_000, 1_000_000];

/**
 * Moves events in time, by whole days, so that the day is all that changes of a text: what it has of hours, fractions and zone stays
 * as it was written.
 *
 * Which field holds the time only the pipeline's `eventTime` knows: the fields that it reads are tried, and the event that comes out
 * is read again, to see that its time has moved by just as much.
 *
 * @example
 * const shift = new TimeShift(reader);
 * shift.move(reader.read('{"at":"2024-02-28T10:00Z"}')!, 2) // '{"at":"2024-03-01T10:00Z"}'
 */
export class TimeShift {
  readonly #reader: EventReader;
  /** By source: where its events had their time so far. */
  readonly #known = new Map<number, Place>();

  constructor(reader: EventReader) {
    this.#reader = reader;
  }

  /**
   * The event, so many days later, as JSON.
   *
   * @throws {PlaybackError} naming the source, if its time stands nowhere that can be rewritten
   */
  move(event: ReadEvent, days: number): string {
    const known = this.#known.get(event.source.index);
    const usual = known && this.#tryPlace(event, known, days);
    if (usual !== undefined) return usual;
    for (const place of placesOf(event)) {
      const moved = this.#tryPlace(event, place, days);
      if (moved === undefined) continue;
      this.#known.set(event.source.index, place);
      return moved;
    }
    throw new PlaybackError(
      `events of the source of stream '${event.source.stream}' cannot be moved in time for --loop: no field that its eventTime ` +
        `reads can be rewritten to move ${isoTime(event.at)} by ${days} days; leave --loop out`,
    );
  }

  #tryPlace({ value, at, source }: ReadEvent, { paths, form }: Place, days: number): string | undefined {
    let moved = value;
    for (const path of paths) {
      const member = moveMember(memberAt(value, path), form, days);
      if (member === undefined) return undefined;
      moved = withMember(moved, path, member);
    }
    const read = this.#reader.readValue(moved);
    const isRight = read?.at === at + days * DAY_MS && read.source.index === source.index;
    return isRight ? JSON.stringify(moved) : undefined;
  }
}

/** Each field alone, in each form that it can have; then all of them. */
function placesOf({ source, event }: ReadEvent): Place[] {
  const paths = pathsOf(event, source);
  const choices = [...paths.map((path) => [path]), ...(paths.length > 1 ? [paths] : [])];
  const forms: readonly Form[] = ['day', ...PER_MS];
  return choices.flatMap((chosen) => forms.map((form) => ({ paths: chosen, form })));
}

function pathsOf(event: unknown, { eventTime }: ReadEvent['source']): Path[] {
  try {
    return fieldsRead(event, eventTime);
  } catch {
    // A function may ask more of an object than that it has fields.
    return [];
  }
}

function moveMember(member: unknown, form: Form, days: number): unknown {
  if (form === 'day') return typeof member === 'string' ? moveDay(member, days) : undefined;
  const by = days * DAY_MS * form;
  if (typeof member === 'number') return member + by;
  return typeof member === 'string' && /^\d+$/.test(member) ? String(BigInt(member) + BigInt(by)) : undefined;
}

function moveDay(text: string, days: number): string | undefined {
  const day = DAY.exec(text)?.[0];
  const ms = Date.parse(day ?? '');
  if (day === undefined || Number.isNaN(ms)) return undefined;
  return text.replace(day, isoTime(ms + days * DAY_MS).slice(0, day.length));
}
