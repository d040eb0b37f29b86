import { describe, expect, it } from 'vitest';
import { count, definePipeline, tumbling } from '../../lib/index.ts';
import { minutes, view } from '../support/pipeline.ts';
import { reported } from '../support/reported.ts';

const pipeline = definePipeline(view, {
  eventTime: (event) => event.at,
  aggregates: {
    views: { key: { page: (event) => event.page }, pane: '5m', measures: { n: count() } },
    ever: { key: {}, pane: 'global', measures: { n: count() } },
  },
  alerts: {
    crowded: { on: 'views', over: tumbling('5m'), when: (window) => window.n >= 2, judge: 'early' },
  },
});

const events = [0, 1, 6, 12].map((minute) => ({ at: minutes(minute), page: 'home' }));

describe('the machine form', () => {
  const lines = reported('ndjson', pipeline, events)
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

  it('says of each aggregate whether it is final, and gives running totals once, without beginning or end', () => {
    const at = (minute: number): string => new Date(minutes(minute)).toISOString();
    const home = { type: 'aggregate', aggregate: 'views', key: { page: 'home' } };

    expect(lines.filter(({ type }) => type === 'aggregate')).toEqual([
      { ...home, start: at(0), end: at(5), final: true, measures: { n: 2 } },
      { ...home, start: at(5), end: at(10), final: true, measures: { n: 1 } },
      { ...home, start: at(10), end: at(15), final: false, measures: { n: 1 } },
      {
        type: 'aggregate',
        aggregate: 'ever',
        key: {},
        start: null,
        end: null,
        final: false,
        measures: { n: 4 },
      },
    ]);
  });

  it('says of each transition how it was judged', () => {
    const alerts = lines.filter(({ type }) => type === 'alert');

    expect(alerts.map(({ state, judged }) => [state, judged])).toEqual([
      ['firing', 'early'],
      ['resolved', 'onTime'],
    ]);
  });
});

describe('the form for people', () => {
  it('marks what was judged early, and has a table of running totals', () => {
    const text = reported('table', pipeline, events);

    expect(text).toContain('FIRING     crowded page=home warning (early)  n 2\n');
    expect(text).toContain('resolved   crowded page=home warning  n 1\n');
    expect(text).toMatch(/\never\n┌─+┬─+┐\n│ panes │ n │\n├─+┼─+┤\n│ {5}1 │ 4 │\n/);
  });
});
