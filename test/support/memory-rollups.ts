import { mergeAccs } from '../../lib/fold/pane.ts';
import type {
  Part,
  Rollup,
  RollupContext,
  RollupStore,
  StoredRollup,
  TierPane,
} from '../../lib/rollup/port.ts';
import type { Hook } from './memory-alerts.ts';

/** Tiers in memory, and the base panes that the finest is made from. */
export class MemoryRollupStore implements RollupStore {
  readonly items = new Map<string, StoredRollup & { readonly expires: number }>();
  /** Parts of base panes by aggregate, key and start. */
  readonly panes = new Map<string, readonly Part[]>();
  hook: Hook = () => undefined;
  #puts = 0;

  /** Puts that were made. */
  get puts(): number {
    return this.#puts;
  }

  async read(pane: TierPane): Promise<StoredRollup | undefined> {
    await this.hook('read');
    const item = this.items.get(nameOf(pane));
    return item && { ...item, accs: item.accs && this.#copy(pane, item.accs) };
  }

  async *parts({ tier, key, start }: TierPane): AsyncGenerator<Part> {
    await this.hook('parts');
    const finer = tier.finer ?? tier.aggregate;
    for (let at = start; at < start + tier.pane; at += finer.pane) {
      const item = tier.finer && this.items.get(`${tier.finer.name}|${key}|${at}`);
      if (item !== undefined) yield item;
      if (tier.finer === undefined) yield* this.panes.get(`${tier.aggregate.name}|${key}|${at}`) ?? [];
    }
    await this.hook('parts read');
  }

  async put(pane: TierPane, rollup: Rollup, version: number | undefined): ReturnType<RollupStore['put']> {
    await this.hook('put');
    if (this.items.get(nameOf(pane))?.version !== version) return 'nothing';
    this.#puts++;
    const { retain, pane: length } = pane.tier;
    const expires = pane.start + length + retain;
    this.items.set(nameOf(pane), { ...rollup, version: (version ?? 0) + 1, expires });
    return rollup.accs === undefined ? 'without accumulators' : 'whole';
  }

  #copy({ tier: { aggregate } }: TierPane, accs: readonly unknown[]): unknown[] {
    const copy = aggregate.measures.map(({ measure }) => measure.empty());
    mergeAccs(aggregate, copy, accs);
    return copy;
  }
}

/** For pipelines without rollups. */
export const noRollups: RollupContext = { store: new MemoryRollupStore(), now: () => 0 };

function nameOf({ tier, key, start }: TierPane): string {
  return `${tier.name}|${key}|${start}`;
}
