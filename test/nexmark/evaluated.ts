import { evaluate } from '../../lib/alerts/evaluate.ts';
import type { BatchFold } from '../../lib/fold/batch.ts';
import type { Pipeline } from '../../lib/index.ts';
import { MemoryAlertStore, MemoryTimerStore } from '../support/memory-alerts.ts';
import { MemoryTable } from '../support/memory-derived.ts';
import { noDispatching } from '../support/memory-dispatch.ts';
import { MemoryPaneStore } from '../support/memory-pane-store.ts';
import { noRollups } from '../support/memory-rollups.ts';
import type { NexmarkEvent } from './events.ts';
import type { Rows } from './rows.ts';
import { applied, rowsOf } from './stored.ts';

// So that windows are made while others are still to come.
const BATCH = 100;
// After all that the recordings hold.
const END = Date.UTC(2025, 0, 1);

/** What is stored of some lanes, derived aggregates among it, when each batch's panes are evaluated as they are live. */
export async function evaluated(
  pipeline: Pipeline,
  lanes: readonly (readonly NexmarkEvent[])[],
): Promise<Rows> {
  const [store, table] = [new MemoryPaneStore(), new MemoryTable()];
  const context = {
    pipeline,
    panes: table,
    alerts: new MemoryAlertStore(),
    timers: new MemoryTimerStore(),
    rollups: noRollups,
    derivations: { store: table, quarantine: () => Promise.reject(new Error('a window was refused')) },
    dispatching: noDispatching,
    concurrency: 8,
  };

  async function evaluateUpTo(watermark: number): Promise<void> {
    table.watermark = table.furthest = watermark;
    do {
      const told = table.changes.splice(0);
      const named = (update: boolean) =>
        told.filter(({ isUpdate }) => isUpdate === update).map(({ name }) => name);
      await evaluate(context, named(false), named(true));
    } while (table.changes.length > 0);
  }

  const watermarks = new Map(lanes.map((_, n) => [n, -Infinity]));
  for await (const { lane, batch } of applied(pipeline, lanes, store, BATCH)) {
    await copyPanes(batch, store, table);
    if (batch.progress !== undefined)
      watermarks.set(lane, batch.progress.maxEventTime - pipeline.maxOutOfOrderness);
    await evaluateUpTo(Math.min(...watermarks.values()));
  }
  await evaluateUpTo(END);
  return rowsOf(pipeline, table.items.values());
}

/** Puts what is stored of a batch's panes where derived aggregates are stored too. */
async function copyPanes(
  { lane, panes }: BatchFold,
  store: MemoryPaneStore,
  table: MemoryTable,
): Promise<void> {
  const refs = panes.map(({ aggregate, key, start }) => ({ aggregate, key, start, lane: lane.lane }));
  const stored = await store.readPanes(refs);
  for (const [i, ref] of refs.entries()) table.putPane(ref, stored[i]!);
}
