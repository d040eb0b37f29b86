import type { Rejection } from '../quarantine/rejection.ts';
import { logEvents } from './cloudwatch.ts';
import { elementsOf } from './elements.ts';
import { isGzip, MOST_UNPACKED_BYTES, unzip } from './gzip.ts';
import { decodeJson } from './json.ts';
import { jsonLines } from './json-lines.ts';
import type { Verdict } from './record.ts';

/**
 * How many events one Kinesis record may hold. Each takes some hundred bytes of memory beside its own, and may have to be
 * set aside by itself.
 */
export const MOST_EVENTS = 100_000;

/** An event, or bytes that hold none. */
export interface Unit {
  readonly bytes: Buffer;
  readonly verdict?: Verdict;
}

const BRACE = 0x7b;
const NEWLINE = 0x0a;

/** The verdict on an array without elements, and on log data without log events. */
export const NO_EVENTS: Rejection = { reason: 'no-events', detail: 'there is no event in it' };

/** The events of one Kinesis record, in order. */
export class Units {
  readonly all: Unit[] = [];
  // All gzip of a record counts together: a thousand small ones that the KPL aggregated are as much as a big one.
  #unpackedBytes = MOST_UNPACKED_BYTES;

  /** Whether there are too many; what is added then is left out. */
  get isFull(): boolean {
    return this.all.length > MOST_EVENTS;
  }

  /** Adds what a part of the record holds: the part itself, if that is one event or cannot be taken apart. */
  add(part: Buffer): void {
    if (this.isFull) return;
    if (isGzip(part)) this.#addGzip(part);
    else this.#addText(part);
  }

  #addGzip(part: Buffer): void {
    const text = unzip(part, this.#unpackedBytes);
    if (!Buffer.isBuffer(text)) {
      this.all.push({ bytes: part, verdict: text });
      return;
    }
    this.#unpackedBytes -= text.length;
    const logged = this.#logEventsOf(text);
    if (logged === undefined) this.#addText(text);
    else if (logged === 'control') this.all.push({ bytes: part, verdict: 'nothing' });
    else this.#addEvents(logged, part);
  }

  #logEventsOf(text: Buffer): ReturnType<typeof logEvents> {
    // Most gzip is something else, and should not be parsed once more for this.
    if (!text.includes('"messageType"')) return undefined;
    const decoded = decodeJson(text);
    return 'value' in decoded ? logEvents(decoded.value) : undefined;
  }

  #addText(text: Buffer): void {
    if (text[0] === BRACE && !text.includes(NEWLINE)) {
      this.all.push({ bytes: text });
      return;
    }
    const decoded = decodeJson(text);
    if ('value' in decoded && Array.isArray(decoded.value)) {
      this.#addEvents(elementsOf(text, MOST_EVENTS + 1), text);
      return;
    }
    const lines = 'value' in decoded ? undefined : jsonLines(text, MOST_EVENTS + 1);
    if (lines === undefined) this.all.push({ bytes: text });
    else for (const line of lines) if (!this.isFull) this.#addText(line);
  }

  #addEvents(events: readonly Buffer[], whole: Buffer): void {
    if (events.length === 0) this.all.push({ bytes: whole, verdict: NO_EVENTS });
    for (const bytes of events) this.all.push({ bytes });
  }
}
