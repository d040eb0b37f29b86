import { foldBatch } from '../../lib/fold/batch.ts';
import { createInterpreter } from '../../lib/fold/interpret.ts';
import { keyValues } from '../../lib/fold/key.ts';
import { mergeAccs, resultsOf } from '../../lib/fold/pane.ts';
import type { Pipeline } from '../../lib/index.ts';
import { aggregateNamed, type Aggregate } from '../../lib/pipeline/pipeline.ts';
import { applyPanes } from '../../lib/store/apply.ts';
import { readPaneItemKey } from '../../lib/store/keys.ts';
import { moveLane } from '../../lib/store/move-lane.ts';
import { readPaneItem, textOf, type Item } from '../../lib/store/pane-item.ts';
import { sequence, streamRecord } from '../support/kinesis.ts';
import { MemoryPaneStore } from '../support/memory-pane-store.ts';
import type { NexmarkEvent } from './events.ts';
import { inTurns } from './lanes.ts';
import { rowName, type Row, type Rows } from './rows.ts';

const BATCH = 500;

/** What a pipeline has stored of some lanes once their batches are applied as they are live, with the lanes merged. */
export async function stored(pipeline: Pipeline, lanes: readonly (readonly NexmarkEvent[])[]): Promise<Rows> {
  const store = new MemoryPaneStore();
  const context = {
    pipeline,
    store,
    interpret: createInterpreter(pipeline),
    concurrency: 8,
    mayGoOn: () => true,
  };
  const records = lanes.map((events) => events.map((event, n) => streamRecord(n, event)));
  for (const { lane: n, things } of inTurns(records, BATCH)) {
    const lane = `events/shard-${n}`;
    const before = await store.readLane(lane);
    const batch = foldBatch(pipeline, { lane, source: 'events', shard: undefined, records: things }, before);
    const { leftOut, errors } = await applyPanes(context, batch, before);
    if (batch.quarantined.length + leftOut.length + errors.length > 0)
      throw new Error(`not all up to ${sequence(n)} is stored: ${JSON.stringify({ leftOut, errors })}`);
    await moveLane(store, lane, before, batch.progress);
  }
  return rowsOf(pipeline, store);
}

function rowsOf(pipeline: Pipeline, store: MemoryPaneStore): Rows {
  const merged = new Map<string, { readonly aggregate: Aggregate; readonly accs: unknown[] }>();
  for (const item of store.items.values()) {
    const pane = paneOf(pipeline, item);
    if (pane === undefined) continue;
    const { name, aggregate, accs } = pane;
    const there = merged.get(name);
    if (there === undefined) merged.set(name, { aggregate, accs });
    else mergeAccs(aggregate, there.accs, accs);
  }
  return new Map(
    [...merged].map(([name, { aggregate, accs }]): [string, Row] => [name, resultsOf(aggregate, accs)]),
  );
}

function paneOf(pipeline: Pipeline, item: Item) {
  const named = readPaneItemKey({ pk: textOf(item, 'pk'), sk: textOf(item, 'sk') });
  const aggregate = named && aggregateNamed(pipeline, named.aggregate);
  if (named === undefined || aggregate === undefined) return undefined;
  const key = aggregate.dimensions.length === 0 ? [] : keyValues(named.key);
  return {
    name: rowName(aggregate.name, key, named.start),
    aggregate,
    accs: readPaneItem(aggregate, item).accs,
  };
}
