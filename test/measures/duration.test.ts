import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { judgeKey } from '../../lib/alerts/judge.ts';
import { RuleError } from '../../lib/alerts/verdict.ts';
import { emptyPane } from '../../lib/fold/pane.ts';
import { count, definePipeline, derived, histogram, quantiles, rate, sliding } from '../../lib/index.ts';
import { readAggregate } from '../../lib/query/aggregates.ts';
import { MemoryPaneReader } from '../support/memory-alerts.ts';
import { minutes } from '../support/pipeline.ts';
import { reported } from '../support/reported.ts';

const view = z.object({ at: z.number(), page: z.string(), ms: z.number() });
const pipeline = definePipeline(view, {
  eventTime: (event) => event.at,
  aggregates: {
    views: {
      key: { page: (event) => event.page },
      pane: '15m',
      measures: {
        wait: quantiles((event) => event.ms, [0.5, 0.9]),
        sizes: histogram((event) => event.ms, [0, 50]),
        perHour: rate('1h'),
      },
    },
  },
  alerts: { busy: { on: 'views', over: sliding('1h', '15m'), when: (window) => window.perHour >= 4 } },
});
const [views] = pipeline.aggregates;
const [busy] = pipeline.alerts;

/** Four views in the first pane of an hour, and one in each of the others. */
const events = [0, 1, 2, 3, 15, 30, 45].map((minute) => ({ at: minutes(minute), page: 'home', ms: minute }));

function replayTo(format: 'table' | 'ndjson', resolution?: number): string {
  const windows =
    resolution === undefined ? [] : [['views', { size: resolution, slide: resolution }] as const];
  const all = [...events, { at: minutes(75), page: 'other', ms: 0 }];
  return reported(format, pipeline, all, new Map(windows));
}

function ratesOf(lines: string): unknown[] {
  return lines
    .trimEnd()
    .split('\n')
    .map(
      (line) =>
        JSON.parse(line) as { key?: { page: string }; measures?: { perHour: number }; value?: object },
    )
    .filter(({ key }) => key?.page === 'home')
    .map(({ measures, value }) => measures?.perHour ?? value);
}

describe('a rate', () => {
  it('is over the pane, the resolution or the window that it is read of in a replay', () => {
    const panes = ratesOf(replayTo('ndjson'));

    expect(panes.filter((rate) => typeof rate === 'number')).toEqual([16, 4, 4, 4]);
    expect(panes.find((rate) => typeof rate === 'object')).toMatchObject({ perHour: 4 });
    expect(ratesOf(replayTo('ndjson', 3_600_000))).toContain(7);
  });

  it('is over the window where an alert is judged', () => {
    const pane = emptyPane(views!, 'home', minutes(0), '1');
    pane.accs[2] = 8;

    const { transitions } = judgeKey(busy!, 'home', undefined, [pane], minutes(15), minutes(15));

    expect(transitions[0]?.value).toMatchObject({ perHour: 8 });
  });

  it.each([
    ['15m', 32],
    ['1h', 8],
    ['2h', 4],
  ])('is over the resolution of %s that was asked for', async (resolution, expected) => {
    const reader = new MemoryPaneReader();
    const pane = emptyPane(views!, 'home', minutes(0), '1');
    pane.accs[2] = 8;
    reader.put(pane);
    reader.watermark = minutes(15);
    const range = { from: new Date(minutes(0)).toISOString(), to: new Date(minutes(120)).toISOString() };

    const found = await readAggregate(pipeline, reader, 'views', { page: 'home', resolution, ...range });

    const read = 'panes' in found ? found.panes : [];
    expect(read.map(({ measures }) => measures.perHour)).toEqual([expected]);
  });

  it('is over the whole recording in a table, which shows results of several parts line by line', () => {
    const table = replayTo('table');

    expect(table).toContain(
      'busy page=home warning  wait (p50 0.99, p90 1.99), sizes (<0: 0, 0–50: 4, ≥50: 0), perHour 4',
    );
    expect(table).toContain('│ home  │     4 │  p50 2.97 │   <0: 0 │    4.67 │');
    expect(table).toContain('│       │       │ p90 30.27 │ 0–50: 7 │         │');
  });
});

it('tells of a function of a measure that throws as of one of the rule', () => {
  const broken = definePipeline(view, {
    eventTime: (event) => event.at,
    aggregates: {
      views: {
        key: {},
        pane: '1m',
        measures: {
          n: derived({ n: count() }, () => {
            throw new TypeError('no such thing');
          }),
        },
      },
    },
    alerts: { any: { on: 'views', over: sliding('1m', '1m'), when: () => true } },
  });
  const pane = emptyPane(broken.aggregates[0]!, '', minutes(0), '1');

  expect(() => judgeKey(broken.alerts[0]!, '', undefined, [pane], minutes(1), minutes(1))).toThrow(
    new RuleError('alert any could not be judged: no such thing'),
  );
});
