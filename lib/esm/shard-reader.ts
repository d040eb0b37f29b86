import { ExpiredIteratorError, TrimmedDataError } from './errors.ts';
import type { Page, Position, ShardSource } from './sources/source.ts';

/** Reads one shard from a position on, in order, whatever becomes of its iterators. */
export class ShardReader {
  readonly #source: ShardSource;
  readonly #shardId: string;
  #position: Position;
  #iterator: string | undefined;

  constructor(source: ShardSource, shardId: string, position: Position) {
    this.#source = source;
    this.#shardId = shardId;
    this.#position = position;
  }

  /** Fixes the position: what LATEST means is settled by the time this resolves. */
  async open(signal?: AbortSignal): Promise<string> {
    this.#iterator ??= await this.#iteratorAtPosition(signal);
    return this.#iterator;
  }

  /** The next records, if there are any; rejects with what the source rejects with, and may then be called again. */
  async read(signal?: AbortSignal): Promise<Page> {
    const page = await this.#readOrRenew(signal);
    const last = page.records.at(-1);
    if (last) this.#position = { type: 'AFTER_SEQUENCE_NUMBER', sequenceNumber: last.sequenceNumber };
    this.#iterator = page.nextIterator;
    return page;
  }

  /** Whether there is nothing more to read, after a read that brought nothing. */
  async isAtTip(signal?: AbortSignal): Promise<boolean> {
    if (!this.#source.isAtTip || this.#iterator === undefined) return true;
    return await this.#source.isAtTip(this.#shardId, this.#iterator, signal);
  }

  async #readOrRenew(signal: AbortSignal | undefined): Promise<Page> {
    try {
      return await this.#source.getRecords(this.#shardId, await this.open(signal), signal);
    } catch (error) {
      if (!(error instanceof ExpiredIteratorError || error instanceof TrimmedDataError)) throw error;
      this.#iterator = undefined;
      if (error instanceof TrimmedDataError) this.#position = { type: 'TRIM_HORIZON' };
      return await this.#source.getRecords(this.#shardId, await this.open(signal), signal);
    }
  }

  async #iteratorAtPosition(signal: AbortSignal | undefined): Promise<string> {
    try {
      return await this.#source.getIterator(this.#shardId, this.#position, signal);
    } catch (error) {
      if (!(error instanceof TrimmedDataError)) throw error;
      this.#position = { type: 'TRIM_HORIZON' };
      return await this.#source.getIterator(this.#shardId, this.#position, signal);
    }
  }
}
