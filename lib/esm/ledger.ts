import type { StreamRecord } from './sources/source.ts';

/** Which record of a shard is meant, and when the stream took it (ms since 1970). */
export type Mark = Pick<StreamRecord, 'sequenceNumber' | 'arrivalMs'>;

/**
 * What has been read of a shard and what of it has been dealt with, in whatever order. It holds on to records only until
 * they are dealt with.
 */
export class Ledger {
  /** Those not dealt with, as they were read, each with the record that was read before it. */
  readonly #open = new Map<StreamRecord, Mark | undefined>();
  #last: Mark | undefined;
  #bytes = 0;

  /** Notes a record that has to be dealt with. */
  add(record: StreamRecord): void {
    this.#open.set(record, this.#last);
    this.#bytes += record.bytes;
    this.pass(record);
  }

  /** Notes a record with which nothing is to be done. */
  pass({ sequenceNumber, arrivalMs }: StreamRecord): void {
    this.#last = { sequenceNumber, arrivalMs };
  }

  dealtWith(records: readonly StreamRecord[]): void {
    for (const record of records) if (this.#open.delete(record)) this.#bytes -= record.bytes;
  }

  /** The last record before which all are dealt with, itself too; undefined if there is none. */
  get reached(): Mark | undefined {
    const first = this.#open.values().next();
    return first.done ? this.#last : first.value;
  }

  /** The first record that is not dealt with. */
  get firstOpen(): StreamRecord | undefined {
    return this.#open.keys().next().value;
  }

  /** Records not dealt with. */
  get size(): number {
    return this.#open.size;
  }

  /** Of the records not dealt with. */
  get bytes(): number {
    return this.#bytes;
  }
}
