import type { Clock } from '../../esm/index.ts';
import type { Playback, PlaybackChange } from '../dashboard/protocol.ts';
import type { Playable, RecordedEvent } from './recording.ts';
import type { Speed } from './speed.ts';
import { Timeline } from './timeline.ts';

/** What a {@link Player} works with. */
export interface PlayerOptions {
  readonly recording: Playable;
  /** Puts events that are due, in their order; the next ones wait for it. */
  readonly put: (events: readonly RecordedEvent[]) => Promise<void>;
  readonly clock: Clock;
  readonly speed: Speed;
  /** Whether to begin again after the last event, with all of them later. */
  readonly loop?: boolean;
  /** Called after each pass but the last; event time stands still meanwhile. */
  readonly onPass?: () => Promise<void>;
}

// As many as Kinesis takes by one call:
// https://docs.aws.amazon.com/kinesis/latest/APIReference/API_PutRecords.html
const MOST_AT_ONCE = 500;
// Timers of Node.js are not longer than 24 days.
const LONGEST_WAIT_MS = 3_600_000;

/**
 * Puts recorded events in their order, with the time between them that they had when they were recorded, divided by the speed.
 * No event is put before it is due; one that is older than what came before it is put at once.
 *
 * Speed can be changed, and time stopped, at any moment: what is under way is put, and the rest is due as counted from that moment.
 *
 * @example
 * const player = new Player({ recording, put, clock: systemClock, speed: 60 });
 * const played = player.run();
 * player.change({ speed: 'max' });
 * await played;
 */
export class Player {
  readonly #options: PlayerOptions;
  readonly #timeline: Timeline;
  readonly #listeners = new Set<(playback: Playback) => void>();
  #changed = new AbortController();
  #isPaused = false;
  #isBetweenPasses = false;
  #isStopped = false;
  #isDone = false;
  #put = 0;
  #passes = 0;
  #eventTime: number | undefined;

  constructor(options: PlayerOptions) {
    this.#options = options;
    this.#timeline = new Timeline(options.speed);
  }

  /**
   * Plays until all events have been put, or it is stopped; with `loop`, until it is stopped.
   *
   * @throws what `put` and `onPass` reject with
   * @throws {PlaybackError} {InputError} if the recording cannot be read
   */
  async run(): Promise<void> {
    const { recording, loop = false, onPass } = this.#options;
    for (let pass = 0; !this.#isStopped; pass++) {
      for await (const events of recording.events(pass)) {
        if (!(await this.#playAll(events))) return;
      }
      this.#passes++;
      this.#tell();
      if (!loop) break;
      await this.#between(onPass);
      this.#put = 0;
    }
    this.#isDone = true;
    this.#tell();
  }

  /** Changes what is given; the rest stays. */
  change({ play, speed }: PlaybackChange): void {
    if (speed !== undefined) this.#timeline.setSpeed(speed, this.#options.clock.now());
    if (play !== undefined) this.#isPaused = !play;
    this.#apply();
  }

  play(): void {
    this.change({ play: true });
  }

  pause(): void {
    this.change({ play: false });
  }

  setSpeed(speed: Speed): void {
    this.change({ speed });
  }

  /** Puts nothing more than what is under way. */
  stop(): void {
    this.#isStopped = true;
    this.#apply();
  }

  state(): Playback {
    const { recording, loop = false } = this.#options;
    const passes = this.#passes;
    const shiftMs = (loop ? passes : 0) * recording.passMs;
    return {
      state: this.#isDone || this.#isStopped ? 'done' : this.#isPaused ? 'paused' : 'playing',
      speed: this.#timeline.speed,
      put: this.#put,
      total: recording.total,
      eventTime: this.#eventTime,
      from: recording.from === undefined ? undefined : recording.from + shiftMs,
      to: recording.to === undefined ? undefined : recording.to + shiftMs,
      passes,
      loop,
    };
  }

  /** Tells the state whenever it has changed. @returns ends that */
  onChange(listener: (playback: Playback) => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  /** @returns whether to go on */
  async #playAll(events: readonly RecordedEvent[]): Promise<boolean> {
    for (let from = 0; from < events.length && !this.#isStopped;) {
      if (!this.#timeline.isRunning) {
        await aborted(this.#changed.signal);
        continue;
      }
      const now = this.#options.clock.now();
      const to = this.#dueUntil(events, from, now);
      if (to > from) await this.#putAll(events.slice(from, to));
      else await this.#waitFor(this.#timeline.dueAt(events[from]?.at, now) - now);
      from = to;
    }
    return !this.#isStopped;
  }

  #dueUntil(events: readonly RecordedEvent[], from: number, now: number): number {
    const most = Math.min(events.length, from + MOST_AT_ONCE);
    let to = from;
    while (to < most && this.#timeline.dueAt(events[to]?.at, now) <= now) to++;
    return to;
  }

  async #putAll(events: readonly RecordedEvent[]): Promise<void> {
    await this.#options.put(events);
    this.#put += events.length;
    const now = this.#options.clock.now();
    for (const { at } of events) {
      this.#timeline.reached(at, now);
      if (at !== undefined) this.#eventTime = Math.max(at, this.#eventTime ?? at);
    }
    this.#tell();
  }

  /** Whole ms, as timers have them: rather late than early. */
  async #waitFor(ms: number): Promise<void> {
    await this.#options.clock.sleep(Math.min(Math.ceil(ms), LONGEST_WAIT_MS), this.#changed.signal);
  }

  async #between(work: (() => Promise<void>) | undefined): Promise<void> {
    this.#isBetweenPasses = true;
    this.#apply();
    await work?.();
    this.#isBetweenPasses = false;
    this.#apply();
  }

  /** Lets whoever waits look again. */
  #apply(): void {
    this.#timeline.run(!this.#isPaused && !this.#isBetweenPasses, this.#options.clock.now());
    this.#changed.abort();
    this.#changed = new AbortController();
    this.#tell();
  }

  #tell(): void {
    const state = this.state();
    for (const listener of this.#listeners) listener(state);
  }
}

async function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((resolve) => {
    signal.addEventListener(
      'abort',
      () => {
        resolve();
      },
      { once: true },
    );
  });
}
