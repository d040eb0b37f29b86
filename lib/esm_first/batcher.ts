import type { ShardRecord } from './source.ts';

// An invocation's payload is 6 MB at most: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
const MOST_BYTES = 6 * 1024 * 1024;

/** Gathers a shard's records until a batch is full, or its window is over. */
export class Batcher {
  readonly #size: number;
  readonly #windowMs: number;
  readonly #records: ShardRecord[] = [];
  #opened = Infinity;

  /** @param windowMs 0: a batch takes what is there */
  constructor(size: number, windowMs: number) {
    this.#size = size;
    this.#windowMs = windowMs;
  }

  /** Records that wait. */
  get waiting(): number {
    return this.#records.length;
  }

  add(records: readonly ShardRecord[], now: number): void {
    if (records.length === 0) return;
    if (this.#records.length === 0) this.#opened = now;
    for (const record of records) this.#records.push(record);
  }

  /** The next batch, if it is due; with `flush`, whatever waits. */
  take(now: number, flush: boolean): ShardRecord[] {
    const full = this.#fullAt();
    if (full === undefined && !flush && now < this.#opened + this.#windowMs) return [];
    const batch = this.#records.splice(0, full ?? this.#records.length);
    // What is left opens a window of its own.
    this.#opened = this.#records.length === 0 ? Infinity : now;
    return batch;
  }

  /** How many records fill a batch; `undefined` if those that wait do not. */
  #fullAt(): number | undefined {
    let bytes = 0;
    for (let i = 0; i < this.#records.length; i++) {
      if (i === this.#size) return i;
      bytes += this.#records[i]?.bytes ?? 0;
      if (bytes > MOST_BYTES && i > 0) return i;
    }
    return this.#records.length === this.#size ? this.#size : undefined;
  }
}
