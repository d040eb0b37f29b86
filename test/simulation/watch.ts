import { transitionId, type AlertState } from '../../lib/alerts/state.ts';
import { aggregateNamed, alertNamed } from '../../lib/pipeline/pipeline.ts';
import type { Notice } from '../../lib/dispatch/notice.ts';
import { isAlertItemKey, readGiven } from '../../lib/store/alert-item.ts';
import { isGroupItemKey, readNotices } from '../../lib/store/group-item.ts';
import { isLaneItemKey, readPaneItemKey, type PaneName } from '../../lib/store/keys.ts';
import { readLaneItem } from '../../lib/store/lane-item.ts';
import type { Item } from '../../lib/store/pane-item.ts';
import { readWatermarkItem, WATERMARK_KEY } from '../../lib/store/watermark-item.ts';
import { OUT_OF_ORDER, pipeline, SECOND } from './pipeline.ts';
import type { StoredLane } from '../../lib/store/port.ts';
import { pipelineWatermark } from '../../lib/time/watermark.ts';
import type { Write } from './sim-dynamo.ts';

// How far apart the lanes may have been read by an invocation that does not stall.
const LONGEST_READ_MS = 20 * SECOND;

/** Sees every write of a run, and keeps what the end alone does not show. */
export class Watch {
  /** Every transition, in the order in which they were written. */
  readonly transitions: AlertState[] = [];
  /** Every notice, in the order in which they were written. */
  readonly notices: Notice[] = [];
  readonly violations: string[] = [];
  /** Transitions of windows that nobody can have read a watermark behind. */
  readonly early: string[] = [];
  readonly #disturbed = { furthest: new Set<string>(), reached: new Set<string>() };
  readonly #timers = new Set<string>();
  readonly #lanes = new Map<string, StoredLane>();
  /** The watermark of the lane that is furthest, in ms: nobody can have read a later one. */
  furthest = -Infinity;
  /** The latest watermark of all lanes, in ms; those that read quickly can have read no later one. */
  reached = -Infinity;

  see({ table, before, after }: Write): void {
    if (after === undefined) return;
    if (table === 'alerts') this.#seeAlerts(after);
    if (table === 'timers') this.#seeTimer(after);
    if (table !== 'aggregates') return;
    const key = { pk: after.pk?.S ?? '', sk: after.sk?.S ?? '' };
    if (key.pk === WATERMARK_KEY.pk) this.#seeWatermark(after, before);
    else if (isLaneItemKey(key)) this.#seeLane(after, before);
    else this.#seePane(key, after, before);
  }

  /** Notes that windows of a pane may have been judged without it, or not in their order. */
  disturb({ aggregate, key }: Pick<PaneName, 'aggregate' | 'key'>): void {
    for (const keys of Object.values(this.#disturbed)) keys.add(`${aggregate}|${key}`);
  }

  /** @param by the watermark that windows can have been judged by */
  isDisturbed(aggregate: string, key: string, by: 'furthest' | 'reached'): boolean {
    return this.#disturbed[by].has(`${aggregate}|${key}`);
  }

  #disturbAt({ aggregate, key }: Pick<PaneName, 'aggregate' | 'key'>, end: number): void {
    for (const by of ['furthest', 'reached'] as const) {
      if (this[by] >= end) this.#disturbed[by].add(`${aggregate}|${key}`);
    }
  }

  /** Windows are judged in their order but for those that get their first timer when it may be too late. */
  #seeTimer(timer: Item): void {
    const name = timer.sk?.S ?? '';
    const alert = alertNamed(pipeline, timer.job?.S ?? '');
    if (this.#timers.has(name) || alert === undefined) return;
    this.#timers.add(name);
    this.#disturbAt({ aggregate: alert.aggregate.name, key: timer.key?.S ?? '' }, Number(timer.due?.N));
  }

  #seeAlerts(after: Item): void {
    const key = { pk: after.pk?.S ?? '' };
    if (isAlertItemKey(key)) for (const transition of readGiven(after)) this.#seeTransition(transition);
    if (isGroupItemKey(key)) this.notices.push(...readNotices(after));
  }

  #seeTransition(state: AlertState): void {
    this.transitions.push(state);
    const { delay = 0, slide = 0 } = alertNamed(pipeline, state.alert) ?? {};
    // One that is judged early has to be the next to be over.
    const from = state.at + delay - (state.judged === 'early' ? slide : 0);
    if (from > this.reached)
      this.early.push(`transition ${transitionId(state)} is of a window that could not be judged yet`);
  }

  #seeWatermark(after: Item, before: Item | undefined): void {
    const watermark = readWatermarkItem(after);
    if (watermark <= readWatermarkItem(before)) this.violations.push('the watermark went back');
    if (watermark > this.furthest) this.violations.push('a watermark was kept that no lane has reached');
  }

  #seeLane(after: Item, before: Item | undefined): void {
    const lane = readLaneItem(after);
    const was = before && readLaneItem(before);
    if (was !== undefined && lane.maxEventTime < was.maxEventTime)
      this.violations.push(`the greatest event time of ${lane.lane} went back`);
    this.#lanes.set(lane.lane, lane);
    this.furthest = Math.max(this.furthest, lane.maxEventTime - pipeline.maxOutOfOrderness);
    // Lanes are read one after another: one may be idle beside a later state of another.
    const idleAfter = pipeline.idleAfter - LONGEST_READ_MS;
    this.reached = Math.max(
      this.reached,
      pipelineWatermark([...this.#lanes.values()], { maxOutOfOrderness: OUT_OF_ORDER, idleAfter }),
    );
  }

  #seePane(key: { readonly pk: string; readonly sk: string }, after: Item, before: Item | undefined): void {
    const name = readPaneItemKey(key);
    const aggregate = name && aggregateNamed(pipeline, name.aggregate);
    if (name === undefined || aggregate === undefined) return;
    if (Number(after.n?.N ?? 0) === Number(before?.n?.N ?? 0)) return;
    this.#disturbAt(name, name.start + (aggregate.session?.gap ?? aggregate.pane));
  }
}
