import type { ItemKey } from './keys.ts';
import { numberOf, type Item } from './pane-item.ts';

/** Key of the one item that keeps the greatest watermark that anybody has acted by. */
export const WATERMARK_KEY: ItemKey = { pk: '#watermark', sk: 'pipeline' };

/** What makes a write of the watermark one that only ever raises it. */
export const ONLY_HIGHER = 'attribute_not_exists(pk) OR ms < :ms';

/** The item of the pipeline's watermark, in ms. */
export function watermarkItem(watermark: number): Item {
  const { pk, sk } = WATERMARK_KEY;
  return { pk: { S: pk }, sk: { S: sk }, ms: { N: String(watermark) } };
}

/** The watermark that is kept, in ms; minus infinity if none is yet. @throws {ItemError} */
export function readWatermarkItem(item: Item | undefined): number {
  return item === undefined ? -Infinity : numberOf(item, 'ms');
}
