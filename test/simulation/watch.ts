import type { AlertState } from '../../lib/alerts/state.ts';
import { aggregateNamed } from '../../lib/pipeline/pipeline.ts';
import { readAlertItem } from '../../lib/store/alert-item.ts';
import { isLaneItemKey, readPaneItemKey } from '../../lib/store/keys.ts';
import { readLaneItem } from '../../lib/store/lane-item.ts';
import type { Item } from '../../lib/store/pane-item.ts';
import type { StoredLane } from '../../lib/store/port.ts';
import { pipelineWatermark } from '../../lib/time/watermark.ts';
import { pipeline } from './pipeline.ts';
import type { Write } from './sim-dynamo.ts';

/** Sees every write of a run, and keeps what the end alone does not show. */
export class Watch {
  /** Every transition, in the order in which they were written. */
  readonly transitions: AlertState[] = [];
  readonly violations: string[] = [];
  readonly #lanes = new Map<string, StoredLane>();
  readonly #disturbed = new Set<string>();
  /** The furthest watermark that anybody may ever have read, in ms. */
  furthest = -Infinity;

  see({ table, before, after }: Write): void {
    if (after === undefined) return;
    if (table === 'alerts') this.transitions.push(readAlertItem(after));
    if (table !== 'aggregates') return;
    const key = { pk: after.pk?.S ?? '', sk: after.sk?.S ?? '' };
    if (isLaneItemKey(key)) this.#seeLane(after, before);
    else this.#seePane(key, after, before);
  }

  /** Whether a pane of a key was written when a window that holds it may have been judged already. */
  isDisturbed(aggregate: string, key: string): boolean {
    return this.#disturbed.has(`${aggregate}|${key}`);
  }

  #seeLane(after: Item, before: Item | undefined): void {
    const lane = readLaneItem(after);
    const was = before && readLaneItem(before);
    if (was !== undefined && lane.maxEventTime < was.maxEventTime)
      this.violations.push(`the greatest event time of ${lane.lane} went back`);
    this.#lanes.set(lane.lane, lane);
    this.furthest = Math.max(this.furthest, pipelineWatermark([...this.#lanes.values()], pipeline));
  }

  #seePane(key: { readonly pk: string; readonly sk: string }, after: Item, before: Item | undefined): void {
    const name = readPaneItemKey(key);
    const aggregate = name && aggregateNamed(pipeline, name.aggregate);
    if (name === undefined || aggregate === undefined) return;
    if (Number(after.n?.N ?? 0) === Number(before?.n?.N ?? 0)) return;
    if (this.furthest >= name.start + aggregate.pane) this.#disturbed.add(`${name.aggregate}|${name.key}`);
  }
}
