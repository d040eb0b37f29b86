import type { PaneReader, Watermarks } from '../../lib/alerts/port.ts';
import type { MergedPane } from '../../lib/alerts/evidence.ts';
import type {
  DeriveContext,
  DerivedStore,
  Outcome,
  StoredOutcome,
  WindowRef,
} from '../../lib/derive/port.ts';
import type { DerivedAggregate } from '../../lib/derive/window-fold.ts';
import { mergeAccs } from '../../lib/fold/pane.ts';
import type { Aggregate } from '../../lib/pipeline/pipeline.ts';
import { isTooLarge } from '../../lib/store/item-size.ts';
import { paneItemKey, panePartition, readPaneItemKey, type PaneName } from '../../lib/store/keys.ts';
import { outcomeItem, outcomeItemKey, readOutcomeItem } from '../../lib/store/outcome-item.ts';
import {
  decodeAccs,
  isWithoutRecords,
  paneItem,
  readPaneItem,
  type Item,
} from '../../lib/store/pane-item.ts';
import type { PaneRef, StoredPane } from '../../lib/store/port.ts';
import type { Hook } from './memory-alerts.ts';

/** A change of a pane's item, as the table's stream tells it. */
export interface PaneChange {
  readonly name: PaneName;
  /** Whether the pane had records before. */
  readonly isUpdate: boolean;
}

/** The aggregates table in memory: panes of all lanes, outcomes of windows and their contributions, the watermark set by hand. */
export class MemoryTable implements PaneReader, DerivedStore {
  readonly items = new Map<string, Item>();
  /** Changes of panes that nobody has been told of. */
  readonly changes: PaneChange[] = [];
  watermark = -Infinity;
  furthest = -Infinity;
  kept = -Infinity;
  hook: Hook = () => undefined;
  /** Decides which contributions an item has no room for. */
  isTooLargeItem: (item: Item) => boolean = isTooLarge;

  /** Stores a lane's pane, whatever stands there. */
  putPane(ref: PaneRef, pane: StoredPane): void {
    const { pk, sk } = paneItemKey(ref.aggregate, ref.key, ref.start, ref.lane);
    this.#put(`${pk}\n${sk}`, paneItem(ref, pane, 0));
  }

  /** Every pane that has records, all lanes together. */
  panes(aggregate: Aggregate): { readonly key: string; readonly start: number; readonly accs: unknown[] }[] {
    const found = new Map<string, { key: string; start: number; accs: unknown[] }>();
    for (const item of this.items.values()) {
      const name = readPaneItemKey({ pk: item.pk?.S ?? '', sk: item.sk?.S ?? '' });
      if (name?.aggregate !== aggregate.name || isWithoutRecords(item)) continue;
      const accs = decodeAccs(aggregate, item);
      const there = found.get(`${name.key}|${name.start}`);
      if (there === undefined) found.set(`${name.key}|${name.start}`, { ...name, accs });
      else mergeAccs(aggregate, there.accs, accs);
    }
    return [...found.values()];
  }

  async readRange(aggregate: Aggregate, key: string, from: number, to: number): Promise<MergedPane[]> {
    await this.hook('readRange');
    const pk = panePartition(aggregate, key);
    const found = this.panes(aggregate)
      .filter((pane) => panePartition(aggregate, pane.key) === pk && pane.start >= from && pane.start < to)
      .sort((a, b) => a.start - b.start);
    await this.hook('readRange answered');
    return found;
  }

  readWatermarks(): Promise<Watermarks> {
    return Promise.resolve({ watermark: this.watermark, kept: this.kept, furthest: this.furthest });
  }

  keepWatermark(watermark: number): Promise<void> {
    this.kept = Math.max(this.kept, watermark);
    return Promise.resolve();
  }

  readWatermark(): Promise<number> {
    return Promise.resolve(this.kept);
  }

  async readOutcome(window: WindowRef): Promise<StoredOutcome | undefined> {
    await this.hook('readOutcome');
    const item = this.items.get(outcomeName(window));
    return item && readOutcomeItem(item);
  }

  async outcomeStarts(derived: DerivedAggregate, key: string, from: number, to: number): Promise<number[]> {
    await this.hook('outcomeStarts');
    const { pk } = outcomeItemKey({ derived, key, start: from });
    return [...this.items.keys()]
      .map((name) => name.split('\n'))
      .filter(([partition]) => partition === pk)
      .map(([, start = '']) => Date.parse(start))
      .filter((start) => start >= from && start <= to);
  }

  async writeOutcome(window: WindowRef, outcome: Outcome, version: number | undefined): Promise<boolean> {
    await this.hook('writeOutcome');
    const name = outcomeName(window);
    const stands = this.items.get(name);
    if ((stands && readOutcomeItem(stands).version) !== version) return false;
    this.items.set(name, outcomeItem(window, outcome, (version ?? 0) + 1, 0));
    await this.hook('outcome written');
    return true;
  }

  async putContribution(ref: PaneRef, contribution: StoredPane): Promise<void> {
    await this.hook('putContribution');
    const { pk, sk } = paneItemKey(ref.aggregate, ref.key, ref.start, ref.lane);
    const stands = this.items.get(`${pk}\n${sk}`);
    if (stands !== undefined && readPaneItem(ref.aggregate, stands).version >= contribution.version) return;
    this.putPane(ref, contribution);
    await this.hook('contribution put');
  }

  isTooLarge(ref: PaneRef, contribution: StoredPane): boolean {
    return this.isTooLargeItem(paneItem(ref, contribution, 0));
  }

  #put(name: string, item: Item): void {
    const before = this.items.get(name);
    const isUpdate = before !== undefined && !isWithoutRecords(before);
    this.items.set(name, item);
    const pane = readPaneItemKey({ pk: item.pk?.S ?? '', sk: item.sk?.S ?? '' });
    if (pane !== undefined && (isUpdate || !isWithoutRecords(item)))
      this.changes.push({ name: pane, isUpdate });
  }
}

function outcomeName(window: WindowRef): string {
  const { pk, sk } = outcomeItemKey(window);
  return `${pk}\n${sk}`;
}

/** For pipelines without derived aggregates. */
export const noDerivations: DeriveContext = { store: new MemoryTable(), quarantine: () => Promise.resolve() };
