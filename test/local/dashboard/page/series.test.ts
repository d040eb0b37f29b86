import { describe, expect, test } from 'vitest';
import {
  chartPanes,
  chartSessions,
  shown,
  type ApiPane,
} from '../../../../lib/local/dashboard/page/series.ts';

const MINUTE = 60_000;

function pane(start: number, end: number, measures: Readonly<Record<string, unknown>>): ApiPane {
  return { start: new Date(start).toISOString(), end: new Date(end).toISOString(), final: true, measures };
}

describe('chartPanes', () => {
  test('leaves a gap where a pane has no data, and none elsewhere', () => {
    const panes = [0, 1, 4].map((i) => pane(i * MINUTE, (i + 1) * MINUTE, { flights: i }));
    const { times, measures } = chartPanes(panes, { flights: 'count' }, MINUTE);
    expect(times).toEqual([0, 60, 120, 240]);
    expect(measures[0]?.lines).toEqual([{ part: '', values: [0, 1, null, 4] }]);
    expect(measures[0]?.latest).toBe('4');
  });

  test('draws a line for each quantile, also where one appears later', () => {
    const panes = [
      pane(0, MINUTE, { delay: { p50: 1 } }),
      pane(MINUTE, 2 * MINUTE, { delay: { p50: 2, p90: 9 } }),
    ];
    expect(chartPanes(panes, { delay: 'quantiles' }, MINUTE).measures[0]?.lines).toEqual([
      { part: 'p50', values: [1, 2] },
      { part: 'p90', values: [null, 9] },
    ]);
  });

  test('draws a line for each bucket of a histogram', () => {
    const buckets = [
      { from: null, to: 0, count: 1 },
      { from: 0, to: 15, count: 2 },
      { from: 15, to: null, count: 3 },
    ];
    const [series] = chartPanes(
      [pane(0, MINUTE, { delays: buckets })],
      { delays: 'histogram' },
      MINUTE,
    ).measures;
    expect(series?.lines.map(({ part, values }) => [part, values[0]])).toEqual([
      ['below 0', 1],
      ['0 to 15', 2],
      ['from 15', 3],
    ]);
  });

  test('draws no line of texts and of lists that differ from pane to pane, but says the latest', () => {
    const top = [{ value: 'ORD', count: 31, error: 0 }];
    const { measures } = chartPanes(
      [pane(0, MINUTE, { top, last: 'ATL', none: null })],
      { top: 'topK', last: 'last', none: 'mean' },
      MINUTE,
    );
    expect(measures.map(({ lines, latest }) => [lines.length, latest])).toEqual([
      [0, 'ORD 31'],
      [0, 'ATL'],
      [0, '–'],
    ]);
  });
});

describe('chartSessions', () => {
  test('is level from start to end, with a gap after it, and ascends even if sessions touch', () => {
    const sessions = [pane(0, 1_000, { n: 1 }), pane(5_000, 5_000, { n: 2 }), pane(9_000, 12_000, { n: 3 })];
    const { times, measures } = chartSessions(sessions, { n: 'count' });
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(new Set(times).size).toBe(times.length);
    expect(measures[0]?.lines[0]?.values).toEqual([1, 1, null, 2, 2, null, 3, 3, null]);
  });
});

describe('shown', () => {
  test.each([
    [12_345, '12,345'],
    [54.25757, '54.26'],
    [{ p50: 2, 'p99.9': 40.5 }, 'p50 2, p99.9 40.5'],
    [[{ value: 'N102', by: 312 }], 'N102 312'],
    [[], '–'],
    [undefined, '–'],
    [true, 'true'],
  ])('of %j is %s', (result, text) => {
    expect(shown(result)).toBe(text);
  });
});
