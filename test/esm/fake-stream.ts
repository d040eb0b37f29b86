import type { Clock, Page, Position, Shard, ShardSource, StreamRecord } from '../../lib/esm/index.ts';
import { ExpiredIteratorError } from '../../lib/esm/index.ts';

interface FakeShard extends Shard {
  readonly records: StreamRecord[];
  closed: boolean;
}

/** A stream in memory whose shards, closings and failures a test decides. */
export class FakeStream implements ShardSource {
  readonly batchInfoName = 'KinesisBatchInfo';
  readonly positions: { readonly shardId: string; readonly position: Position }[] = [];
  /** Thrown by the next reads, one each. */
  readonly readErrors: Error[] = [];
  /** Thrown by the next attempts to get an iterator, one each. */
  readonly iteratorErrors: Error[] = [];
  /** Records of one read at most. */
  pageSize = 1_000;
  /** How long the list of shards, as it is at the end of that time, takes to come, ms. */
  listingMs = 0;
  readonly #clock: Clock;
  readonly #shards = new Map<string, FakeShard>();
  #sequence = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  addShard(id: string, ...parents: string[]): void {
    this.#shards.set(id, { id, parents, records: [], closed: false });
  }

  closeShard(id: string): void {
    this.#shard(id).closed = true;
  }

  expireIterators(): void {
    this.readErrors.push(new ExpiredIteratorError('too old'));
  }

  /** Puts records, numbered on from 1, and returns their sequence numbers. */
  put(shardId: string, count: number, { bytes = 100, ageMs = 0, orderKey = '' } = {}): string[] {
    return Array.from({ length: count }, () => {
      this.#sequence += 1;
      const sequenceNumber = String(this.#sequence);
      const arrivalMs = this.#clock.now() - ageMs;
      const event = {
        sequenceNumber,
        ...(orderKey && { kinesis: { sequenceNumber, partitionKey: orderKey } }),
      };
      this.#shard(shardId).records.push({ sequenceNumber, arrivalMs, orderKey, bytes, event });
      return sequenceNumber;
    });
  }

  /** All records that a shard has ever had. */
  recordsOf(shardId: string): readonly StreamRecord[] {
    return this.#shard(shardId).records;
  }

  async listShards(signal?: AbortSignal): Promise<readonly Shard[]> {
    if (this.listingMs > 0) await this.#clock.sleep(this.listingMs, signal);
    return [...this.#shards.values()].map(({ id, parents }) => ({ id, parents }));
  }

  getIterator(shardId: string, position: Position): Promise<string> {
    this.positions.push({ shardId, position });
    const error = this.iteratorErrors.shift();
    if (error) return Promise.reject(error);
    const { records } = this.#shard(shardId);
    switch (position.type) {
      case 'TRIM_HORIZON':
        return Promise.resolve('0');
      case 'LATEST':
        return Promise.resolve(String(records.length));
      case 'AT_TIMESTAMP': {
        const first = records.findIndex(({ arrivalMs }) => arrivalMs >= position.timestampMs);
        return Promise.resolve(String(first === -1 ? records.length : first));
      }
      case 'AT_SEQUENCE_NUMBER': {
        const first = records.findIndex(({ sequenceNumber }) => sequenceNumber === position.sequenceNumber);
        return Promise.resolve(String(first));
      }
      case 'AFTER_SEQUENCE_NUMBER': {
        const last = records.findIndex(({ sequenceNumber }) => sequenceNumber === position.sequenceNumber);
        return Promise.resolve(String(last + 1));
      }
    }
  }

  getRecords(shardId: string, iterator: string): Promise<Page> {
    const error = this.readErrors.shift();
    if (error) return Promise.reject(error);
    const shard = this.#shard(shardId);
    const records = shard.records.slice(Number(iterator), Number(iterator) + this.pageSize);
    const next = Number(iterator) + records.length;
    const ended = shard.closed && next === shard.records.length;
    return Promise.resolve({ records, nextIterator: ended ? undefined : String(next), behindMs: 0 });
  }

  #shard(id: string): FakeShard {
    const shard = this.#shards.get(id);
    if (!shard) throw new Error(`the test has no shard ${id}`);
    return shard;
  }
}
