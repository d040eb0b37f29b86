import { TrimmedDataError } from '../../lib/esm/errors.ts';
import type { Clock } from '../../lib/esm/index.ts';
import type { Page, Position, Shard, ShardSource, StreamRecord } from '../../lib/esm/sources/source.ts';

/** One shard's log. */
interface Log extends Shard {
  readonly records: StreamRecord[];
  closed: boolean;
  /** Woken when something is appended or the shard is closed. */
  waiting: (() => void)[];
}

// A read of a shard that has nothing waits so long for something, so that an idle stream costs no time to simulate.
const LONG_POLL_MS = 20_000;
const PAGE = 25;

/** An ordered, sharded log, as the event source mapping reads Kinesis and DynamoDB streams. */
export class SimStream implements ShardSource {
  readonly batchInfoName: 'KinesisBatchInfo' | 'DDBStreamBatchInfo';
  readonly #clock: Clock;
  readonly #logs = new Map<string, Log>();

  constructor(clock: Clock, batchInfoName: SimStream['batchInfoName']) {
    this.#clock = clock;
    this.batchInfoName = batchInfoName;
  }

  open(id: string, parents: readonly string[] = []): void {
    this.#logs.set(id, { id, parents, records: [], closed: false, waiting: [] });
  }

  close(id: string): void {
    const log = this.#log(id);
    log.closed = true;
    wakeAll(log);
  }

  append(id: string, record: StreamRecord): void {
    const log = this.#log(id);
    log.records.push(record);
    wakeAll(log);
  }

  get openShards(): string[] {
    return [...this.#logs.values()].filter(({ closed }) => !closed).map(({ id }) => id);
  }

  /** The records of a shard from `first` to `last`. */
  between(shardId: string, first: string, last: string): StreamRecord[] {
    return this.#log(shardId).records.filter(
      ({ sequenceNumber }) =>
        Number(sequenceNumber) >= Number(first) && Number(sequenceNumber) <= Number(last),
    );
  }

  /** Lets every read that waits look again. */
  nudge(): void {
    for (const log of this.#logs.values()) wakeAll(log);
  }

  listShards(): Promise<readonly Shard[]> {
    return Promise.resolve([...this.#logs.values()].map(({ id, parents }) => ({ id, parents })));
  }

  getIterator(shardId: string, position: Position): Promise<string> {
    const { records } = this.#log(shardId);
    const found = (sequence: string): number => {
      const index = records.findIndex(({ sequenceNumber }) => sequenceNumber === sequence);
      if (index === -1) throw new TrimmedDataError(`no record ${sequence} in ${shardId}`);
      return index;
    };
    switch (position.type) {
      case 'LATEST':
        return Promise.resolve(String(records.length));
      case 'AT_SEQUENCE_NUMBER':
        return Promise.resolve(String(found(position.sequenceNumber)));
      case 'AFTER_SEQUENCE_NUMBER':
        return Promise.resolve(String(found(position.sequenceNumber) + 1));
      default:
        return Promise.resolve('0');
    }
  }

  async getRecords(shardId: string, iterator: string, signal?: AbortSignal): Promise<Page> {
    const log = this.#log(shardId);
    const from = Number(iterator);
    if (from >= log.records.length && !log.closed && signal !== undefined) {
      await new Promise<void>((resolve) => {
        log.waiting.push(resolve);
        void this.#clock.sleep(LONG_POLL_MS, signal).then(resolve);
      });
    }
    const records = log.records.slice(from, from + PAGE);
    const next = from + records.length;
    const isEnd = log.closed && next === log.records.length;
    return {
      records,
      nextIterator: isEnd ? undefined : String(next),
      behindMs: next < log.records.length ? 1 : 0,
    };
  }

  #log(id: string): Log {
    const log = this.#logs.get(id);
    if (log === undefined) throw new Error(`there is no shard ${id}`);
    return log;
  }
}

function wakeAll(log: Log): void {
  const { waiting } = log;
  log.waiting = [];
  for (const wake of waiting) wake();
}
