import type { LaneProgress } from '../../lib/fold/lane.ts';
import { isTooLarge } from '../../lib/store/item-size.ts';
import { laneItem, readLaneItem } from '../../lib/store/lane-item.ts';
import { paneItem, readPaneItem, type Item } from '../../lib/store/pane-item.ts';
import type { PaneRef, PaneStore, PutOutcome, StoredLane, StoredPane } from '../../lib/store/port.ts';

/** What may go wrong with an operation: it never happens, or it happens and its answer is lost. */
export type Fault = 'lost' | 'unanswered' | undefined;

export type Operation =
  | { readonly kind: 'readLane' | 'writeLane'; readonly lane: string }
  | { readonly kind: 'readPanes'; readonly refs: readonly PaneRef[] }
  | { readonly kind: 'putPane'; readonly ref: PaneRef };

export class InjectedError extends Error {
  override readonly name = 'InjectedError';
}

/** A table in memory. Its items are encoded as those of DynamoDB are, so that nothing is shared with the fold. */
export class MemoryPaneStore implements PaneStore {
  readonly items: Map<string, Item>;
  /** Decides what goes wrong. */
  fault: (operation: Operation) => Fault = () => undefined;
  /** Decides which panes an item has no room for. */
  isTooLarge: (item: Item) => boolean = isTooLarge;
  /** Awaited before every operation: a place for a scheduler to change the order of what is under way. */
  turn: () => Promise<void> = () => Promise.resolve();
  /** Wall clock in ms, for lanes. */
  now = 0;
  readonly operations: Operation[] = [];

  constructor(items = new Map<string, Item>()) {
    this.items = items;
  }

  readLane(lane: string): Promise<StoredLane | undefined> {
    return this.#run({ kind: 'readLane', lane }, () => {
      const item = this.items.get(lane);
      return item && readLaneItem(item);
    });
  }

  writeLane(
    lane: string,
    progress: LaneProgress,
    version: number | undefined,
    at = this.now,
  ): Promise<boolean> {
    return this.#run({ kind: 'writeLane', lane }, () => {
      if (!this.#isAt(lane, version)) return false;
      this.items.set(lane, laneItem(lane, progress, (version ?? 0) + 1, at));
      return true;
    });
  }

  readPanes(refs: readonly PaneRef[]): Promise<(StoredPane | undefined)[]> {
    return this.#run({ kind: 'readPanes', refs }, () => refs.map((ref) => this.#pane(ref)));
  }

  putPane(ref: PaneRef, pane: Omit<StoredPane, 'version'>, version: number | undefined): Promise<PutOutcome> {
    return this.#run({ kind: 'putPane', ref }, () => {
      const item = paneItem(ref, { ...pane, version: (version ?? 0) + 1 }, this.now);
      if (this.isTooLarge(item)) return { written: false, tooLarge: true };
      if (!this.#isAt(nameOf(ref), version)) return { written: false, found: this.#pane(ref) };
      this.items.set(nameOf(ref), item);
      return { written: true };
    });
  }

  /** What an invocation sees that has read everything now and writes later. */
  stale(): PaneStore {
    const then = new MemoryPaneStore(new Map(this.items));
    return {
      readLane: (lane) => then.readLane(lane),
      readPanes: (refs) => then.readPanes(refs),
      writeLane: (...args) => this.writeLane(...args),
      putPane: (ref, pane, version) => this.putPane(ref, pane, version),
    };
  }

  /** All items, to be compared. */
  dump(): Record<string, Item> {
    return Object.fromEntries([...this.items].sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  #pane(ref: PaneRef): StoredPane | undefined {
    const item = this.items.get(nameOf(ref));
    return item && readPaneItem(ref.aggregate, item);
  }

  #isAt(name: string, version: number | undefined): boolean {
    return this.items.get(name)?.v?.N === (version === undefined ? undefined : String(version));
  }

  async #run<T>(operation: Operation, work: () => T): Promise<T> {
    await this.turn();
    this.operations.push(operation);
    const fault = this.fault(operation);
    if (fault === 'lost') throw new InjectedError(`${operation.kind} was lost`);
    const result = work();
    if (fault === 'unanswered') throw new InjectedError(`${operation.kind} was not answered`);
    return result;
  }
}

export function nameOf({ aggregate, key, start, lane }: PaneRef): string {
  return `${aggregate.name}|${key}|${start}|${lane}`;
}
