import { ExpiredIteratorError, TrimmedDataError } from '../esm/errors.ts';
import type { Page, Position, ShardSource, StreamRecord } from '../esm/sources/source.ts';
import { compareSequence } from '../fold/sequence.ts';
import type { Retry } from '../store/retry.ts';

/** Records that are no longer in their stream. */
export class RetentionError extends Error {
  override readonly name = 'RetentionError';
}

/** A stream that is not where it was looked for. */
export class MissingStreamError extends Error {
  override readonly name = 'MissingStreamError';
}

// An open shard of a DynamoDB stream may answer with pages that are empty before the one that is not, and does not say
// that there is more. Kinesis does, and a sparse shard of it may have any number of them.
const MOST_EMPTY_PAGES = 50;

// All readers of a Kinesis shard together get 2 MB and five answers a second. This leaves others half of the bytes, as an
// event record is some 1.4 times its data, and most of the answers.
// https://docs.aws.amazon.com/kinesis/latest/APIReference/API_GetRecords.html
const BYTES_PER_MS = 1_400;
const LEAST_PAUSE_MS = 1_000;

/** Waits so many ms. */
export type Pause = (ms: number) => Promise<unknown>;

/** Reads back ranges of one shard. */
export class ShardRange {
  readonly #source: ShardSource;
  readonly #shardId: string;
  readonly #retry: Retry;
  readonly #pause: Pause;
  readonly #streamName: () => Promise<string>;

  /**
   * @param pause waits after pages of a Kinesis shard that others want to read on from too; nothing does unless given
   * @param streamName says which stream was looked for, and where
   */
  constructor(
    source: ShardSource,
    shardId: string,
    retry: Retry,
    pause: Pause = () => Promise.resolve(),
    streamName: () => Promise<string> = () => Promise.resolve('of that name'),
  ) {
    this.#source = source;
    this.#shardId = shardId;
    this.#retry = retry;
    this.#pause = pause;
    this.#streamName = streamName;
  }

  /**
   * The records from `first` to `last`, both of which were in the stream, in order, page by page.
   *
   * @throws {RetentionError} if the first of them, or the shard, has left the stream; at the end of a read, if records may
   *   have left it between two pages
   * @throws {MissingStreamError} if there is no such stream
   */
  async *read(first: string, last: string): AsyncGenerator<readonly StreamRecord[]> {
    let position: Position = { type: 'AT_SEQUENCE_NUMBER', sequenceNumber: first };
    let iterator = await this.#iterator(position);
    let wentOnAfter: string | undefined;
    let empty = 0;
    while (iterator !== undefined) {
      const page = await this.#page(iterator, position);
      const [head] = page.records;
      // A position that was trimmed is read from the oldest record there is.
      if (position.type === 'AT_SEQUENCE_NUMBER' && head !== undefined && head.sequenceNumber !== first)
        throw this.#gone(first);
      const wanted = page.records.filter(({ sequenceNumber }) => compareSequence(sequenceNumber, last) <= 0);
      if (wanted.length > 0) yield wanted;
      const tail = page.records.at(-1);
      if (tail !== undefined) {
        if (compareSequence(tail.sequenceNumber, last) >= 0) {
          if (wentOnAfter !== undefined && !(await this.#has(wentOnAfter))) throw this.#gone(first);
          return;
        }
        wentOnAfter ??= tail.sequenceNumber;
        position = { type: 'AFTER_SEQUENCE_NUMBER', sequenceNumber: tail.sequenceNumber };
        empty = 0;
      } else if (page.behindMs === 0 && ++empty > MOST_EMPTY_PAGES) {
        break;
      }
      await this.#leaveTurn(page);
      iterator = page.nextIterator;
    }
    throw this.#gone(first);
  }

  /** Sequence number of the oldest record that is still there; `undefined` if there is none. */
  async horizon(): Promise<string | undefined> {
    const position: Position = { type: 'TRIM_HORIZON' };
    let iterator: string | undefined = await this.#iterator(position);
    let empty = 0;
    while (iterator !== undefined && empty <= MOST_EMPTY_PAGES) {
      const page: Page = await this.#page(iterator, position);
      const [head] = page.records;
      if (head !== undefined) return head.sequenceNumber;
      if (page.behindMs === 0) empty++;
      await this.#leaveTurn(page);
      iterator = page.nextIterator;
    }
    return undefined;
  }

  /** Lets others have their share of the shard, unless the page was its last for now. */
  async #leaveTurn({ records, behindMs }: Page): Promise<void> {
    if (behindMs === 0) return;
    const bytes = records.reduce((sum, record) => sum + record.bytes, 0);
    await this.#pause(Math.max(LEAST_PAUSE_MS, bytes / BYTES_PER_MS));
  }

  // Kinesis leaves out in silence what is trimmed while it is read. What is still there now was there all the time.
  async #has(sequenceNumber: string): Promise<boolean> {
    const horizon = await this.horizon();
    return horizon !== undefined && compareSequence(horizon, sequenceNumber) <= 0;
  }

  async #iterator(position: Position): Promise<string | undefined> {
    const first = 'sequenceNumber' in position ? position.sequenceNumber : '';
    return this.#present(first, () => this.#source.getIterator(this.#shardId, position));
  }

  async #page(iterator: string, position: Position): Promise<Page> {
    const first = 'sequenceNumber' in position ? position.sequenceNumber : '';
    return this.#present(first, async () => {
      try {
        return await this.#source.getRecords(this.#shardId, iterator);
      } catch (error) {
        if (!(error instanceof ExpiredIteratorError)) throw error;
        return await this.#source.getRecords(
          this.#shardId,
          await this.#source.getIterator(this.#shardId, position),
        );
      }
    });
  }

  async #present<T>(first: string, call: () => Promise<T>): Promise<T> {
    try {
      return await this.#retry.run(call);
    } catch (error) {
      if (isNamed(error, 'ResourceNotFoundException')) throw await this.#notFound(first, error);
      if (error instanceof TrimmedDataError) throw this.#gone(first, error);
      throw error;
    }
  }

  // The error is the same for a shard that has left its stream after resharding and for a stream that is not there.
  async #notFound(first: string, cause: unknown): Promise<Error> {
    try {
      const shards = await this.#retry.run(() => this.#source.listShards());
      if (shards.some(({ id }) => id === this.#shardId)) return this.#gone(first, cause);
    } catch (error) {
      const noStream = `there is no stream ${await this.#streamName()}`;
      if (isNamed(error, 'ResourceNotFoundException')) return new MissingStreamError(noStream, { cause });
      // The function reads only what its stage has, and is not allowed to look.
      if (!isNamed(error, 'AccessDeniedException')) throw error;
      return new RetentionError(`${noStream}, or ${this.#shardId} is not in it (any more)`, { cause });
    }
    return new RetentionError(
      `${this.#shardId} is not in the stream (any more): its retention has passed, or it never was there`,
      { cause },
    );
  }

  #gone(first: string, cause?: unknown): RetentionError {
    return new RetentionError(
      `record ${first} of ${this.#shardId} is no longer in the stream: its retention has passed`,
      { cause },
    );
  }
}

function isNamed(error: unknown, name: string): boolean {
  return error instanceof Error && error.name === name;
}
