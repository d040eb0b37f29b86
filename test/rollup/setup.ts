import { count, definePipeline, sum } from '../../lib/index.ts';
import type { Part } from '../../lib/rollup/port.ts';
import { tiersOf } from '../../lib/rollup/tier.ts';
import { view } from '../support/pipeline.ts';

/** Panes of a minute, and tiers of an hour and a day. */
export const tiered = definePipeline(view, {
  eventTime: (event) => event.at,
  aggregates: {
    views: {
      key: { page: (event) => event.page },
      pane: '1m',
      retain: '30d',
      allowedLateness: '5m',
      rollups: ['1h', { pane: '1d', retain: '3650d' }],
      measures: { n: count(), ms: sum((event) => event.ms) },
    },
  },
});

export const views = tiered.aggregates[0]!;
export const [hour, day] = tiersOf(views) as [
  ReturnType<typeof tiersOf>[number],
  ReturnType<typeof tiersOf>[number],
];

/** Accumulators of views that took so many ms each. */
export function accsOf(...ms: readonly number[]): unknown[] {
  return views.measures.map(({ measure }, i) =>
    ms.reduce<unknown>((acc, one) => measure.add(acc, i === 0 ? 1 : one), measure.empty()),
  );
}

/** A lane's part of a base pane. */
export const part = (expires: number, ...ms: readonly number[]): Part => ({
  accs: accsOf(...ms),
  records: ms.length,
  expires,
});
