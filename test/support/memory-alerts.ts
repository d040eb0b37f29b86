import type { MergedPane } from '../../lib/alerts/evidence.ts';
import type {
  AlertStore,
  DueOptions,
  PaneReader,
  RangeOptions,
  Timer,
  TimerStore,
  Watermarks,
} from '../../lib/alerts/port.ts';
import type { AlertRecord, AlertState } from '../../lib/alerts/state.ts';
import { emptyPane, mergeAccs, type Pane } from '../../lib/fold/pane.ts';
import type { Aggregate } from '../../lib/pipeline/pipeline.ts';
import type { Tier } from '../../lib/rollup/tier.ts';
import { alertItem, alertSortKey, readAlertItem, readGiven } from '../../lib/store/alert-item.ts';
import type { Item } from '../../lib/store/pane-item.ts';
import { minutes, views } from './pipeline.ts';

/** A pane of views with a view for each number of ms. */
export function viewsPane(minute: number, ms: readonly number[], key = 'home'): Pane {
  const pane = emptyPane(views, key, minutes(minute), '1');
  for (const value of ms) {
    for (const [i, { measure }] of views.measures.entries())
      pane.accs[i] = measure.add(pane.accs[i], i === 0 ? 1 : value);
    pane.records++;
  }
  return pane;
}

/** Says what may go wrong before or after a step; it goes wrong by throwing. */
export type Hook = (step: string) => Promise<void> | void;

/** Panes in memory, the watermark set by hand. */
export class MemoryPaneReader implements PaneReader {
  watermark = -Infinity;
  hook: Hook = () => undefined;
  readonly #panes = new Map<string, Pane>();
  readonly #tiers = new Map<string, Map<string, Pane>>();

  put(...panes: readonly Pane[]): void {
    for (const pane of panes) this.#panes.set(`${pane.aggregate.name}|${pane.key}|${pane.start}`, pane);
  }

  /** Puts the item of a tier's pane. */
  putTier(tier: Tier, pane: Pane): void {
    const panes = this.#tiers.get(tier.name) ?? new Map<string, Pane>();
    this.#tiers.set(tier.name, panes.set(`${pane.key}|${pane.start}`, pane));
  }

  async readRange(
    aggregate: Aggregate,
    key: string,
    from: number,
    to: number,
    { tier, most }: RangeOptions = {},
  ): Promise<MergedPane[]> {
    await this.hook('readRange');
    const panes = tier === undefined ? this.#panes : this.#tiers.get(tier.name);
    const found = [...(panes?.values() ?? [])]
      .filter(
        (pane) =>
          pane.aggregate.name === aggregate.name && pane.key === key && pane.start >= from && pane.start < to,
      )
      .sort((a, b) => a.start - b.start)
      .slice(0, most);
    await this.hook('readRange answered');
    return found.map(({ start, accs }) => {
      const copy = aggregate.measures.map(({ measure }) => measure.empty());
      mergeAccs(aggregate, copy, accs);
      return { start, accs: copy };
    });
  }

  async readWatermarks(): Promise<Watermarks> {
    await this.hook('readWatermark');
    return { watermark: this.watermark, kept: this.watermark, furthest: this.watermark };
  }

  keepWatermark(watermark: number): Promise<void> {
    this.watermark = Math.max(this.watermark, watermark);
    return Promise.resolve();
  }

  async readWatermark(): Promise<number> {
    await this.hook('readWatermark');
    return this.watermark;
  }
}

/** The alerts table in memory, and all that its stream would tell. */
export class MemoryAlertStore implements AlertStore {
  readonly items = new Map<string, Item>();
  readonly stream: AlertState[] = [];
  hook: Hook = () => undefined;

  async read(alert: string, key: string): Promise<AlertRecord | undefined> {
    await this.hook('read');
    const item = this.items.get(`${alert}\n${alertSortKey(key)}`);
    return item && readAlertItem(item);
  }

  async write(record: AlertRecord, transitions: readonly AlertState[]): Promise<boolean> {
    await this.hook('write');
    const name = `${record.alert}\n${alertSortKey(record.key)}`;
    if (Number(this.items.get(name)?.rev?.N ?? 0) !== record.revision - 1) return false;
    const item = alertItem(record, transitions);
    this.items.set(name, item);
    this.stream.push(...readGiven(item));
    await this.hook('written');
    return true;
  }

  async *list(alert: string, after?: string): AsyncGenerator<AlertRecord> {
    await this.hook('list');
    const records = [...this.items]
      .filter(([name]) => name.startsWith(`${alert}\n`))
      .map(([name, item]) => ({ sk: name.slice(alert.length + 1), record: readAlertItem(item) }))
      .filter(({ sk }) => after === undefined || sk > alertSortKey(after))
      .sort((a, b) => (a.sk < b.sk ? -1 : 1));
    for (const { record } of records) yield record;
  }
}

/** The timers table in memory. */
export class MemoryTimerStore implements TimerStore {
  readonly timers = new Map<string, Timer>();
  #tokens = 0;
  hook: Hook = () => undefined;

  async add(timers: readonly Timer[]): Promise<void> {
    await this.hook('add');
    const token = String(this.#tokens++);
    for (const timer of timers) this.timers.set(nameOf(timer), { ...timer, token });
    await this.hook('added');
  }

  async due(time: number, { after = -Infinity, most = Infinity }: DueOptions = {}): Promise<Timer[]> {
    await this.hook('due');
    const all = [...this.timers.values()]
      .filter(({ due }) => due > after && due <= time)
      .sort((a, b) => a.due - b.due);
    const last = all.slice(0, most).at(-1)?.due ?? time;
    return all.filter(({ due }) => due <= last);
  }

  async remove(timers: readonly Timer[]): Promise<void> {
    await this.hook('remove');
    for (const timer of timers) {
      const stands = this.timers.get(nameOf(timer));
      if (timer.token === undefined || stands?.token === timer.token) this.timers.delete(nameOf(timer));
    }
    await this.hook('removed');
  }
}

function nameOf({ job, key, due }: Timer): string {
  return `${job}|${key}|${due}`;
}
