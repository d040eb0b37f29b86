/** One record of a shard, as the JSON in which it will be served: a tenth of the memory that the objects take. */
export interface LoggedRecord {
  readonly json: string;
  readonly createdMs: number;
}

/** How much a shard's log keeps. */
export interface LogLimits {
  /** Records older than this leave the log. DynamoDB keeps 24 hours. */
  readonly retentionMs: number;
  /** The oldest records leave when the log holds more JSON than this. */
  readonly maxBytes: number;
}

/** DynamoDB's sequence numbers have 21 to 40 digits; of equal length, they sort as text too. */
const SEQUENCE_BASE = 10n ** 20n;
const COMPACT_AFTER = 4_096;

/** @example sequenceNumberAt(1) // '100000000000000000001' */
export const sequenceNumberAt = (position: number): string => (SEQUENCE_BASE + BigInt(position)).toString();

/** The position that a sequence number names, or undefined if it is no sequence number of ours. */
export function positionOf(sequenceNumber: string): number | undefined {
  if (!/^\d{21}$/.test(sequenceNumber)) return undefined;
  return Number(BigInt(sequenceNumber) - SEQUENCE_BASE);
}

/** The append-only log of one shard. Positions count up and never come again. */
export class ShardLog {
  readonly #limits: LogLimits;
  #records: LoggedRecord[] = [];
  #head = 0;
  #trimmed = 0;
  #bytes = 0;

  /** @param start - the position of its first record */
  constructor(limits: LogLimits, start = 1) {
    this.#limits = limits;
    this.#trimmed = start - 1;
  }

  /** The position of the oldest record kept (the trim horizon), or of the next one if there is none. */
  get first(): number {
    return this.#trimmed + 1;
  }

  /** The position that the next record will get. */
  get next(): number {
    return this.#trimmed + 1 + this.#records.length - this.#head;
  }

  append(record: LoggedRecord): void {
    this.#records.push(record);
    this.#bytes += record.json.length;
    this.trim(record.createdMs);
  }

  /** Up to `limit` records from `position`, as many as fit in `maxBytes` but at least one if there is one. */
  read(position: number, limit: number, maxBytes: number): readonly LoggedRecord[] {
    const from = this.#head + Math.max(0, position - this.first);
    let to = from;
    let bytes = 0;
    while (to < this.#records.length && to - from < limit) {
      bytes += this.#records[to]?.json.length ?? 0;
      if (bytes > maxBytes && to > from) break;
      to += 1;
    }
    return this.#records.slice(from, to);
  }

  /** Drops what is past the limits. */
  trim(nowMs: number): void {
    let oldest = this.#records[this.#head];
    while (oldest && this.#isPast(oldest, nowMs)) {
      this.#bytes -= oldest.json.length;
      this.#head += 1;
      this.#trimmed += 1;
      oldest = this.#records[this.#head];
    }
    if (this.#head > COMPACT_AFTER && this.#head * 2 > this.#records.length) {
      this.#records = this.#records.slice(this.#head);
      this.#head = 0;
    }
  }

  #isPast(record: LoggedRecord, nowMs: number): boolean {
    return this.#bytes > this.#limits.maxBytes || nowMs - record.createdMs > this.#limits.retentionMs;
  }
}
