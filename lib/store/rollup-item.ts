import type { Part, Rollup, StoredRollup, TierPane } from '../rollup/port.ts';
import type { Aggregate } from '../pipeline/pipeline.ts';
import { paneItemKey } from './keys.ts';
import { decodeAccs, encodeAccs, expiresAt, numberOf, type Item } from './pane-item.ts';

const SECOND = 1_000;
// A tier's pane is of all lanes.
const NO_LANE = '';

/** Key of a tier's pane: in a partition of its own, beside that of the base panes. */
export function rollupItemKey({ tier, key, start }: TierPane): ReturnType<typeof paneItemKey> {
  return paneItemKey(tier, key, start, NO_LANE);
}

/**
 * The item of a tier's pane.
 *
 * Attributes: `v` version, `n` records, `m` accumulators by measure, absent if they are more than an item holds, `until` when
 * the first of the items that it was made of expires and `expires` when it does itself, both in seconds since 1970.
 *
 * @param now time of the write, in ms
 */
export function rollupItem(pane: TierPane, rollup: Rollup, version: number, now: number): Item {
  const { pk, sk } = rollupItemKey(pane);
  const { tier, start } = pane;
  return {
    pk: { S: pk },
    sk: { S: sk },
    v: { N: String(version) },
    n: { N: String(rollup.records) },
    ...(rollup.accs === undefined ? {} : { m: { M: encodeAccs(tier.aggregate, rollup.accs) } }),
    until: { N: String(rollup.until / SECOND) },
    expires: { N: String(Math.ceil(expiresAt({ aggregate: tier, start }, now) / SECOND)) },
  };
}

/** Reads a tier's pane. @throws {ItemError} @throws {EncodingError} if the item is not one that weir wrote */
export function readRollupItem(aggregate: Aggregate, item: Item): StoredRollup {
  return {
    accs: rollupAccs(aggregate, item),
    records: numberOf(item, 'n'),
    until: numberOf(item, 'until') * SECOND,
    version: numberOf(item, 'v'),
  };
}

/** Reads what a tier's pane is made of, be it a base pane or a finer tier's. @throws {ItemError} @throws {EncodingError} */
export function readPart(aggregate: Aggregate, item: Item): Part {
  return {
    accs: rollupAccs(aggregate, item),
    records: numberOf(item, 'n'),
    expires: numberOf(item, 'expires') * SECOND,
  };
}

/** Accumulators of a pane of whatever tier; `undefined` if they are more than an item holds. */
export function rollupAccs(aggregate: Aggregate, item: Item): unknown[] | undefined {
  return item.m === undefined ? undefined : decodeAccs(aggregate, item);
}
