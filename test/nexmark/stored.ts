import { foldBatch, type BatchFold } from '../../lib/fold/batch.ts';
import { createInterpreter } from '../../lib/fold/interpret.ts';
import { coarsen } from '../../lib/fold/coarsen.ts';
import { keyRecord } from '../../lib/fold/key.ts';
import { resultsOf } from '../../lib/fold/pane.ts';
import { hasSessions, sessionsOf } from '../../lib/fold/sessions.ts';
import type { Pipeline } from '../../lib/index.ts';
import { aggregateNamed } from '../../lib/pipeline/pipeline.ts';
import { applyPanes } from '../../lib/store/apply.ts';
import { readPaneItemKey } from '../../lib/store/keys.ts';
import { moveLane } from '../../lib/store/move-lane.ts';
import { isWithoutRecords, readPaneItem, textOf, type Item } from '../../lib/store/pane-item.ts';
import type { PaneStore } from '../../lib/store/port.ts';
import { streamRecord } from '../support/kinesis.ts';
import { MemoryPaneStore } from '../support/memory-pane-store.ts';
import { groupBy } from './brute-force.ts';
import type { NexmarkEvent } from './events.ts';
import { inTurns } from './lanes.ts';
import { rowName, type Row, type Rows } from './rows.ts';

const BATCH = 500;

/** What a pipeline has stored of some lanes once their batches are applied as they are live, with the lanes merged. */
export async function stored(pipeline: Pipeline, lanes: readonly (readonly NexmarkEvent[])[]): Promise<Rows> {
  const store = new MemoryPaneStore();
  for await (const _batch of applied(pipeline, lanes, store, BATCH));
  return rowsOf(pipeline, store.items.values());
}

/**
 * Applies lanes batch by batch, in turns, and gives each batch once it is stored; throws if anything of it is not.
 *
 * @param batchSize in events
 */
export async function* applied(
  pipeline: Pipeline,
  lanes: readonly (readonly NexmarkEvent[])[],
  store: PaneStore,
  batchSize: number,
): AsyncGenerator<{ readonly lane: number; readonly batch: BatchFold }> {
  const context = {
    pipeline,
    store,
    interpret: createInterpreter(pipeline),
    concurrency: 8,
    mayGoOn: () => true,
  };
  const records = lanes.map((events) => events.map((event, n) => streamRecord(n, event)));
  for (const { lane: n, things } of inTurns(records, batchSize)) {
    const lane = `events/shard-${n}`;
    const before = await store.readLane(lane);
    const batch = foldBatch(pipeline, { lane, source: 'events', shard: undefined, records: things }, before);
    const { leftOut, errors } = await applyPanes(context, batch, before);
    if (batch.quarantined.length + leftOut.length + errors.length > 0)
      throw new Error(`not all of a batch of ${lane} is stored: ${JSON.stringify({ leftOut, errors })}`);
    await moveLane(store, lane, before, batch.progress);
    yield { lane: n, batch };
  }
}

/** The rows of a table's panes, with their lanes merged. */
export function rowsOf(pipeline: Pipeline, items: Iterable<Item>): Rows {
  const rows = new Map<string, Row>();
  const panes = [...items].flatMap((item) => paneOf(pipeline, item) ?? []);
  for (const group of groupBy(panes, ({ aggregate, key }) => `${aggregate.name}|${key}`).values()) {
    const { aggregate, key } = group[0]!;
    const lanes = group.sort((a, b) => a.start - b.start);
    const merged = coarsen(aggregate, lanes, aggregate.pane);
    const results = hasSessions(aggregate) ? sessionsOf(aggregate, merged).sessions : merged;
    for (const { start, accs } of results)
      rows.set(
        rowName(aggregate.name, Object.values(keyRecord(aggregate, key)), start),
        resultsOf(aggregate, accs),
      );
  }
  return rows;
}

function paneOf(pipeline: Pipeline, item: Item) {
  const named = readPaneItemKey({ pk: textOf(item, 'pk'), sk: textOf(item, 'sk') });
  const aggregate = named && aggregateNamed(pipeline, named.aggregate);
  if (named === undefined || aggregate === undefined || isWithoutRecords(item)) return undefined;
  return { aggregate, key: named.key, start: named.start, accs: readPaneItem(aggregate, item).accs };
}
