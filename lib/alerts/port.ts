import type { Aggregate } from '../pipeline/pipeline.ts';
import type { Tier } from '../rollup/tier.ts';
import type { MergedPane } from './evidence.ts';
import type { AlertRecord, AlertState } from './state.ts';

/** Work on one key that is to be done once the watermark passes a moment, such as the end of an alert's window. */
export interface Timer {
  /** The job's name; an alert's work is under the alert's. */
  readonly job: string;
  readonly key: string;
  /** In ms of event time. */
  readonly due: number;
  /** Tells one setting of the timer from another, as the store gave it out. */
  readonly token?: string;
}

/** How far event time is, in ms; minus infinity while no lane has had an event. */
export interface Watermarks {
  /** No lane that is not idle expects earlier records; or greater, if it was once. It never goes back. */
  readonly watermark: number;
  /** What of it has been kept. Nobody acts by more before that is kept too. */
  readonly kept: number;
  /** The same of the lane that is furthest: no window that ends later has ever been judged. */
  readonly furthest: number;
}

/** Which panes of a range are read. */
export interface RangeOptions {
  /** Those of a coarser tier, instead of the aggregate's own. */
  readonly tier?: Tier;
  /** The first ones, as many as this; all, unless given. */
  readonly most?: number;
}

/** Reads what the lanes have stored, merged, and keeps how far that has come. */
export interface PaneReader {
  /** Panes of a key that start in [from, to), sorted by start, with all lanes merged. */
  readRange(
    aggregate: Aggregate,
    key: string,
    from: number,
    to: number,
    options?: RangeOptions,
  ): Promise<MergedPane[]>;
  /** Reads how far the lanes are. */
  readWatermarks(): Promise<Watermarks>;
  /** Keeps a watermark (ms), unless a greater one is kept. */
  keepWatermark(watermark: number): Promise<void>;
  /** The watermark that is kept, in ms: for those who do not act by it. */
  readWatermark(): Promise<number>;
}

/** Keeps each alert's state. */
export interface AlertStore {
  read(alert: string, key: string): Promise<AlertRecord | undefined>;
  /**
   * Writes what is kept of an alert, and the transitions that it was given by this write, all or nothing, on condition that the
   * revision before it (`revision - 1`) is still the latest; says whether it was.
   */
  write(record: AlertRecord, transitions: readonly AlertState[]): Promise<boolean>;
}

/** Which of the timers that are due are read. */
export interface DueOptions {
  /** Only those due later than this, in ms. */
  readonly after?: number;
  /** The earliest ones, about as many as this: with one moment's timers all others of that moment are given too. */
  readonly most?: number;
}

/** A sparse index of what is due, by time: nothing is ever scanned for. */
export interface TimerStore {
  /** Adds timers. Adding one that stands sets it anew: whoever has read it before does not remove it. */
  add(timers: readonly Timer[]): Promise<void>;
  /** Timers due at or before `time` (ms), earliest first: all of them, unless `options` say which. */
  due(time: number, options?: DueOptions): Promise<Timer[]>;
  /** Removes timers that nobody has set anew since they were read. */
  remove(timers: readonly Timer[]): Promise<void>;
}
