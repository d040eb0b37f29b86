import type { AlertState } from '../../lib/alerts/state.ts';
import { decodeStreamEvent } from '../../lib/handle/stream-records.ts';
import { aggregateNamed } from '../../lib/pipeline/pipeline.ts';
import { readAlertItem } from '../../lib/store/alert-item.ts';
import { isLaneItemKey, readPaneItemKey, type PaneName } from '../../lib/store/keys.ts';
import { readLaneItem } from '../../lib/store/lane-item.ts';
import type { Item } from '../../lib/store/pane-item.ts';
import { pipeline } from './pipeline.ts';
import type { Write } from './sim-dynamo.ts';

/** Sees every write of a run, and keeps what the end alone does not show. */
export class Watch {
  /** Every transition, in the order in which they were written. */
  readonly transitions: AlertState[] = [];
  readonly violations: string[] = [];
  readonly #disturbed = new Set<string>();
  /** The watermark of the lane that is furthest, in ms: nobody can have read a later one. */
  furthest = -Infinity;

  see({ table, before, after }: Write): void {
    if (after === undefined) return;
    if (table === 'alerts') this.transitions.push(readAlertItem(after));
    if (table !== 'aggregates') return;
    const key = { pk: after.pk?.S ?? '', sk: after.sk?.S ?? '' };
    if (isLaneItemKey(key)) this.#seeLane(after, before);
    else this.#seePane(key, after, before);
  }

  /** Notes that windows of a pane may have been judged without it, or not in their order. */
  disturb(pane: Pick<PaneName, 'aggregate' | 'key'>): void {
    this.#disturbed.add(`${pane.aggregate}|${pane.key}`);
  }

  /** Sees what the evaluating function is told: of new panes, perhaps, when others' windows have been judged. */
  tell(event: unknown): void {
    for (const { key } of decodeStreamEvent(event).changes) {
      const pane = readPaneItemKey(key);
      const aggregate = pane && aggregateNamed(pipeline, pane.aggregate);
      if (pane !== undefined && aggregate !== undefined && this.furthest >= pane.start + aggregate.pane)
        this.disturb(pane);
    }
  }

  isDisturbed(aggregate: string, key: string): boolean {
    return this.#disturbed.has(`${aggregate}|${key}`);
  }

  #seeLane(after: Item, before: Item | undefined): void {
    const lane = readLaneItem(after);
    const was = before && readLaneItem(before);
    if (was !== undefined && lane.maxEventTime < was.maxEventTime)
      this.violations.push(`the greatest event time of ${lane.lane} went back`);
    this.furthest = Math.max(this.furthest, lane.maxEventTime - pipeline.maxOutOfOrderness);
  }

  #seePane(key: { readonly pk: string; readonly sk: string }, after: Item, before: Item | undefined): void {
    const name = readPaneItemKey(key);
    const aggregate = name && aggregateNamed(pipeline, name.aggregate);
    if (name === undefined || aggregate === undefined) return;
    if (Number(after.n?.N ?? 0) === Number(before?.n?.N ?? 0)) return;
    if (this.furthest >= name.start + aggregate.pane) this.disturb(name);
  }
}
