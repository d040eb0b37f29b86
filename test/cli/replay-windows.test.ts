import { describe, expect, it } from 'vitest';
import { readWindows } from '../../lib/cli/replay-windows.ts';
import { count } from '../../lib/index.ts';
import { buildAggregate } from '../../lib/pipeline/build-aggregate.ts';
import type { ErasedAggregate } from '../../lib/pipeline/build-aggregate.ts';
import { views } from '../support/pipeline.ts';

function aggregate(name: string, rest: Omit<ErasedAggregate, 'key' | 'measures'>) {
  const events = { source: undefined, derivation: undefined };
  return buildAggregate(name, 0, events, { key: {}, measures: { n: count() }, ...rest });
}

describe('readWindows', () => {
  const visits = aggregate('visits', { pane: '7m', session: { gap: '7m', max: '28m' } });
  const total = aggregate('total', { pane: 'global' });

  it.each([{ window: 'tumbling(1h)' }, { resolution: '1h' }])(
    'leaves sessions and running totals as they are (%o)',
    (options) => {
      expect([...readWindows([views, visits, total], options)]).toEqual([
        ['views', { size: 3_600_000, slide: 3_600_000 }],
      ]);
    },
  );

  it('says in which zone days do not begin with a pane', () => {
    const hourly = aggregate('hourly', { pane: '1h' });

    expect(() => readWindows([hourly], { window: 'tumbling(1d, zone=Asia/Kolkata)' })).toThrow(
      '--window tumbling(1d, zone=Asia/Kolkata) has days of Asia/Kolkata, which is',
    );
  });
});
