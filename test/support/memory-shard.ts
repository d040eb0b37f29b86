import { ExpiredIteratorError, TrimmedDataError } from '../../lib/esm/errors.ts';
import type { Page, Position, Shard, ShardSource, StreamRecord } from '../../lib/esm/sources/source.ts';
import { compareSequence } from '../../lib/fold/sequence.ts';
import { SHARD } from './kinesis.ts';

interface SequencedEvent {
  readonly kinesis?: { readonly sequenceNumber: string };
  readonly dynamodb?: { readonly SequenceNumber: string };
}

/** One shard in memory, whose oldest records a test takes away. */
export class MemoryShard implements ShardSource {
  readonly batchInfoName = 'KinesisBatchInfo';
  readonly positions: Position[] = [];
  /** Thrown by the next reads, one each. */
  readonly readErrors: Error[] = [];
  /** Thrown by the next attempts to get an iterator, one each. */
  readonly iteratorErrors: Error[] = [];
  /** Records of one read at most. */
  pageSize = 1_000;
  /** Empty pages that come before each page with records. */
  emptyPages = 0;
  /** What pages say that do not reach the end of the shard: how far behind it they are. */
  behindMs = 0;
  /** Bytes of each record. */
  recordBytes = 1;
  closed = false;
  /** The shards that the stream has, and what asking for them is refused with. */
  shardIds: readonly string[] = [SHARD];
  listError: Error | undefined;
  /** Whether a position that is gone is an error, as for DynamoDB, or the oldest record there is, as for Kinesis. */
  refusesTrimmed = false;
  reads = 0;
  readonly #records: StreamRecord[] = [];
  #horizon = 0;

  constructor(...events: readonly SequencedEvent[]) {
    this.put(...events);
  }

  put(...events: readonly SequencedEvent[]): void {
    for (const event of events) {
      const sequenceNumber = event.kinesis?.sequenceNumber ?? event.dynamodb?.SequenceNumber ?? '';
      this.#records.push({ sequenceNumber, arrivalMs: 0, orderKey: '', event, bytes: 1 });
    }
  }

  /** Takes away the oldest records, up to the nth from 0. */
  trimTo(n: number): void {
    this.#horizon = n;
  }

  expireIterators(): void {
    this.readErrors.push(new ExpiredIteratorError('too old'));
  }

  listShards(): Promise<readonly Shard[]> {
    if (this.listError !== undefined) return Promise.reject(this.listError);
    return Promise.resolve(this.shardIds.map((id) => ({ id, parents: [] })));
  }

  getIterator(_shardId: string, position: Position): Promise<string> {
    this.positions.push(position);
    const error = this.iteratorErrors.shift();
    if (error !== undefined) return Promise.reject(error);
    const at = 'sequenceNumber' in position ? this.#indexOf(position) : this.#horizon;
    if (at < this.#horizon && this.refusesTrimmed) return Promise.reject(new TrimmedDataError('trimmed'));
    return Promise.resolve(`${Math.max(at, this.#horizon)}/${this.emptyPages}`);
  }

  getRecords(_shardId: string, iterator: string): Promise<Page> {
    this.reads++;
    const error = this.readErrors.shift();
    if (error !== undefined) return Promise.reject(error);
    const [at = 0, empty = 0] = iterator.split('/').map(Number);
    if (empty > 0)
      return Promise.resolve({
        records: [],
        nextIterator: `${at}/${empty - 1}`,
        behindMs: at < this.#records.length ? this.behindMs : 0,
      });
    const from = Math.max(at, this.#horizon);
    const records = this.#records
      .slice(from, from + this.pageSize)
      .map((record) => ({ ...record, bytes: this.recordBytes }));
    const next = from + records.length;
    const isAtEnd = next === this.#records.length;
    const ended = this.closed && isAtEnd;
    return Promise.resolve({
      records,
      nextIterator: ended ? undefined : `${next}/${this.emptyPages}`,
      behindMs: isAtEnd ? 0 : this.behindMs,
    });
  }

  #indexOf(position: Extract<Position, { readonly sequenceNumber: string }>): number {
    const { type, sequenceNumber } = position;
    const first = this.#records.findIndex((record) => {
      const order = compareSequence(record.sequenceNumber, sequenceNumber);
      return type === 'AT_SEQUENCE_NUMBER' ? order >= 0 : order > 0;
    });
    return first === -1 ? this.#records.length : first;
  }
}
