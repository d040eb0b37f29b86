import type { Speed } from './speed.ts';

/**
 * Where a playback is in event time, and when an event is due. A change of speed, or a stop, counts from the moment in which it
 * is made: nothing is put for what the time before would have been at the new speed. All times are ms; clock times are those of
 * the caller's clock.
 */
export class Timeline {
  #speed: Speed;
  #isRunning = true;
  // Event time and clock at the last change; undefined before the first event.
  #anchor: { readonly event: number; readonly clock: number } | undefined;

  constructor(speed: Speed) {
    this.#speed = speed;
  }

  get speed(): Speed {
    return this.#speed;
  }

  get isRunning(): boolean {
    return this.#isRunning;
  }

  /** Lets time go on, or stops it. */
  run(isRunning: boolean, now: number): void {
    this.#moveAnchor(now);
    this.#isRunning = isRunning;
  }

  setSpeed(speed: Speed, now: number): void {
    this.#moveAnchor(now);
    this.#speed = speed;
  }

  /**
   * When an event is due by the clock: at once if the playback does not wait, or the event is older than what came before. The
   * first event that is asked for begins the playback.
   *
   * @param event event time; an event without has none of its own, and is due at once
   */
  dueAt(event: number | undefined, now: number): number {
    if (event === undefined) return -Infinity;
    this.#anchor ??= { event, clock: now };
    if (this.#speed === 'max') return -Infinity;
    return this.#anchor.clock + (event - this.#anchor.event) / this.#speed;
  }

  /** An event has been put. Where nobody waits, this is what moves event time on. */
  reached(event: number | undefined, now: number): void {
    if (this.#speed !== 'max' || event === undefined) return;
    this.#anchor = { event: Math.max(event, this.#anchor?.event ?? event), clock: now };
  }

  #moveAnchor(now: number): void {
    if (this.#anchor === undefined) return;
    const passed = this.#isRunning && this.#speed !== 'max' ? (now - this.#anchor.clock) * this.#speed : 0;
    this.#anchor = { event: this.#anchor.event + passed, clock: now };
  }
}
