import type { Pipeline } from '../../pipeline/pipeline.ts';
import type { Line, Lines } from '../../replay/lines.ts';
import { isoTime } from '../../time/event-time.ts';
import { PlaybackError } from './errors.ts';
import { EventReader, type ReadEvent } from './event-reader.ts';
import { DAY_MS, TimeShift } from './time-shift.ts';

/** What is to be put, and when. */
export interface RecordedEvent {
  readonly line: Line;
  /** Event time in ms; undefined of a line that is no event of the pipeline. */
  readonly at: number | undefined;
}

/** What is recorded, as a player plays it. */
export interface Playable {
  /** Lines of one pass. */
  readonly total: number;
  /** The least and the greatest event time of the first pass in ms; undefined if no line is an event. */
  readonly from: number | undefined;
  readonly to: number | undefined;
  /** By how much event time goes on from one pass to the next, in ms. */
  readonly passMs: number;
  /**
   * The lines of a pass in their order, piece by piece.
   *
   * @param pass from 0
   * @throws {PlaybackError} if an event cannot be moved in time
   */
  events(pass: number): AsyncIterable<readonly RecordedEvent[]>;
}

/** What to open. */
export interface RecordingOptions {
  readonly pipeline: Pick<Pipeline, 'sources'>;
  /** Reads the lines from the beginning; called for each pass, and once before. */
  readonly lines: () => AsyncIterable<Lines>;
  /** Where they come from, for messages. */
  readonly name: string;
  /** The first event time (ms) that is played. */
  readonly from?: number | undefined;
  /** The first event time (ms) after `from` that is not played any more. */
  readonly to?: number | undefined;
  /** Whether the events are to come again, later. */
  readonly loop?: boolean;
}

/** Recorded lines, read anew for each pass, so that a file of any length can be played. */
export class Recording implements Playable {
  readonly #options: RecordingOptions;
  readonly #reader: EventReader;
  readonly #shift: TimeShift;
  #total = 0;
  #from = Infinity;
  #to = -Infinity;

  private constructor(options: RecordingOptions) {
    this.#options = options;
    this.#reader = new EventReader(options.pipeline);
    this.#shift = new TimeShift(this.#reader);
  }

  /**
   * Reads through the lines once.
   *
   * @throws {PlaybackError} if there is nothing to play, or events cannot be moved in time for `loop`
   * @throws {InputError} if the lines come from a file that cannot be read
   */
  static async open(options: RecordingOptions): Promise<Recording> {
    const recording = new Recording(options);
    await recording.#scan();
    return recording;
  }

  get total(): number {
    return this.#total;
  }

  get from(): number | undefined {
    return this.#from === Infinity ? undefined : this.#from;
  }

  get to(): number | undefined {
    return this.#to === -Infinity ? undefined : this.#to;
  }

  get passMs(): number {
    return this.#days * DAY_MS;
  }

  async *events(pass: number): AsyncGenerator<readonly RecordedEvent[]> {
    const days = pass * this.#days;
    for await (const events of this.#inRange()) {
      yield events.map(({ line, read }) => {
        if (read === undefined || days === 0) return { line, at: read?.at };
        return { line: this.#shift.move(read, days), at: read.at + days * DAY_MS };
      });
    }
  }

  /** As many whole days as it takes for the first event to come after the last. */
  get #days(): number {
    return Math.max(1, Math.ceil((this.#to - this.#from) / DAY_MS));
  }

  async #scan(): Promise<void> {
    const all = { from: Infinity, to: -Infinity };
    for await (const events of this.#inRange(all)) {
      for (const { read } of events) {
        this.#total++;
        if (read === undefined) continue;
        this.#from = Math.min(this.#from, read.at);
        this.#to = Math.max(this.#to, read.at);
        if (this.#options.loop === true) this.#shift.move(read, 1);
      }
    }
    if (this.#total === 0) throw new PlaybackError(this.#whyNothing(all.from, all.to));
    if (this.#options.loop === true && this.from === undefined)
      throw new PlaybackError(
        `${this.#options.name}: no line is an event of pipeline.ts, and so none can be moved in time for --loop`,
      );
  }

  /** @param all takes the least and the greatest event time there are, whatever the range is */
  async *#inRange(all?: {
    from: number;
    to: number;
  }): AsyncGenerator<readonly { readonly line: Line; readonly read: ReadEvent | undefined }[]> {
    const { from = -Infinity, to = Infinity, lines } = this.#options;
    // A line without a time goes with the event before it.
    let isInside = from === -Infinity;
    for await (const piece of lines()) {
      const inside = [];
      for (const line of piece) {
        const read = this.#reader.read(line);
        if (read !== undefined) isInside = read.at >= from && read.at < to;
        if (read !== undefined && all !== undefined) {
          all.from = Math.min(all.from, read.at);
          all.to = Math.max(all.to, read.at);
        }
        if (isInside) inside.push({ line, read });
      }
      if (inside.length > 0) yield inside;
    }
  }

  #whyNothing(first: number, last: number): string {
    const { name, from, to } = this.#options;
    if (first === Infinity) return `${name}: there is nothing to play`;
    const range = [
      from === undefined ? '' : ` from ${isoTime(from)}`,
      to === undefined ? '' : ` to before ${isoTime(to)}`,
    ].join('');
    return `${name}: there is no event${range}; its events are from ${isoTime(first)} to ${isoTime(last)}`;
  }
}
