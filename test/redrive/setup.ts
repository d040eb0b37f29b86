import { createInterpreter } from '../../lib/fold/interpret.ts';
import { handleAggregate } from '../../lib/handle/aggregate.ts';
import type { QuarantineMessage } from '../../lib/quarantine/message.ts';
import { ShardRange } from '../../lib/redrive/shard-range.ts';
import { Retry } from '../../lib/store/retry.ts';
import { contentOf, type TestEvent } from '../support/brute-force.ts';
import { kinesisRecord, SHARD, STREAM } from '../support/kinesis.ts';
import { MemoryPaneStore } from '../support/memory-pane-store.ts';
import { MemoryShard } from '../support/memory-shard.ts';
import { pipeline as usual } from '../support/pipeline.ts';

/** An event of page `home` that nothing is wrong with. @param half half-minutes after T0 */
export const event = (half: number, ms = 10, page = 'home'): TestEvent => ({ half, page, ms, bad: false });

/** An event that fits no schema. */
export const badEvent: TestEvent = { half: 0, page: 'home', ms: 1, bad: true };

export type EventRecord = ReturnType<typeof kinesisRecord>;

/** A lane in memory: its shard, its store, and what it takes to redrive it. */
export function laneOf(events: readonly TestEvent[], pipeline = usual) {
  return laneOfRecords(
    events.map((one, n) => kinesisRecord(n, contentOf(one))),
    pipeline,
  );
}

/** A lane in memory of Kinesis records. */
export function laneOfRecords(records: readonly EventRecord[], pipeline = usual) {
  const shard = new MemoryShard(...records);
  const store = new MemoryPaneStore();
  const aside: QuarantineMessage[] = [];
  const range = new ShardRange(shard, SHARD, new Retry({ sleep: () => Promise.resolve() }));
  const context = {
    pipeline,
    interpret: createInterpreter(pipeline),
    store,
    quarantine: (messages: readonly QuarantineMessage[]): Promise<void> => {
      aside.push(...messages);
      return Promise.resolve();
    },
    range,
    eventStreams: [STREAM],
    open: () => range,
  };
  return {
    shard,
    store,
    aside,
    range,
    context,
    /** Hands the records from one index up to another to the aggregate function. */
    apply: (from: number, to: number) =>
      handleAggregate(
        { ...context, concurrency: 1, mayGoOn: () => true },
        { Records: records.slice(from, to) },
      ),
  };
}
