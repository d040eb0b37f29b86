import { describe, expect, it } from 'vitest';
import { contributionOf, contributionRef, storedContribution } from '../../lib/derive/contribution.ts';
import { isDerived } from '../../lib/derive/window-fold.ts';
import { aggregateNamed } from '../../lib/pipeline/pipeline.ts';
import { listAggregates, readAggregate } from '../../lib/query/aggregates.ts';
import { derivedPipeline } from '../support/derived.ts';
import { MemoryTable } from '../support/memory-derived.ts';
import { minutes, T0 } from '../support/pipeline.ts';

describe('the API', () => {
  it('says what an aggregate is derived from', () => {
    const derivedFrom = listAggregates(derivedPipeline).map((listing) => [listing.name, listing.derivedFrom]);

    expect(Object.fromEntries(derivedFrom)).toEqual({
      perPage: undefined,
      busiest: { aggregate: 'perPage', window: { size: '4m', slide: '2m' } },
      byLoad: { aggregate: 'perPage', window: { size: '2m', slide: '2m' } },
      peak: { aggregate: 'busiest', window: { size: '8m', slide: '8m' } },
    });
  });

  it('calls a pane final once the watermark has passed what its windows wait for', async () => {
    const busiest = aggregateNamed(derivedPipeline, 'busiest');
    if (busiest === undefined || !isDerived(busiest)) throw new Error('busiest is not derived');
    const table = new MemoryTable();
    for (const [key, views] of [
      ['home', 3],
      ['cart', 5],
    ] as const) {
      const accs = busiest.derivation.from.measures.map(({ measure }) => measure.add(measure.empty(), views));
      const pane = contributionOf(busiest, { key, start: T0, end: minutes(4), accs });
      if ('reason' in pane) throw new Error(pane.detail);
      const window = { derived: busiest, key, start: T0 };
      table.putPane(contributionRef(window, pane), storedContribution(window, pane, 1));
    }
    const read = () =>
      readAggregate(derivedPipeline, table, 'busiest', {
        from: '2024-01-01T00:00:00Z',
        to: '2024-01-01T00:04:00Z',
      });

    table.kept = minutes(6) - 1;
    expect(await read()).toMatchObject({ panes: [{ final: false, measures: { pages: 2, most: 1 } }] });
    table.kept = minutes(6);
    expect(await read()).toMatchObject({ panes: [{ final: true }] });
  });
});
