import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AlertState } from '../../lib/alerts/state.ts';
import { nothingKept } from '../../lib/alerts/write-judgement.ts';
import { count, sum } from '../../lib/measures/index.ts';
import { emptyPane, resultsOf } from '../../lib/fold/pane.ts';
import type { Aggregate } from '../../lib/pipeline/pipeline.ts';
import { alertItem, alertSortKey, readAlertItem, readGiven } from '../../lib/store/alert-item.ts';
import {
  bucketOf,
  isLaneItemKey,
  laneItemKey,
  lanePartitions,
  paneItemKey,
  readPaneItemKey,
} from '../../lib/store/keys.ts';
import { laneItem, readLaneItem } from '../../lib/store/lane-item.ts';
import { decodeAccs, ItemError, paneItem, readPaneItem } from '../../lib/store/pane-item.ts';
import { alertRecord, alertState } from '../support/alert-state.ts';
import { LANE, sequence } from '../support/kinesis.ts';
import { viewsPane } from '../support/memory-alerts.ts';
import { minutes, MINUTE, T0, views } from '../support/pipeline.ts';
import { withTotals } from '../support/total.ts';

const anyTime = fc.integer({ min: 0, max: Date.UTC(9999, 11, 31) });
const ref = { aggregate: views, key: 'home', start: T0, lane: LANE };
const pane = {
  accs: viewsPane(0, [10, 30]).accs,
  records: 2,
  first: sequence(1),
  mark: sequence(2),
  closed: undefined,
  version: 7,
};

describe('keys', () => {
  it('of a pane are read back', () => {
    fc.assert(
      fc.property(fc.string(), anyTime, (key, start) => {
        const item = paneItemKey(views, key, start, LANE);

        expect(readPaneItemKey(item)).toEqual({ aggregate: 'views', key, start, lane: LANE });
        expect(isLaneItemKey(item)).toBe(false);
      }),
    );
  });

  it('of panes sort by time, whatever the lane', () => {
    fc.assert(
      fc.property(anyTime, anyTime, fc.string(), fc.string(), (a, b, laneA, laneB) => {
        fc.pre(a < b);

        expect(paneItemKey(views, '', a, laneA).sk < paneItemKey(views, '', b, laneB).sk).toBe(true);
      }),
    );
  });

  it('of a lane are no pane, and lie in one of the partitions of lanes', () => {
    const item = laneItemKey(LANE);

    expect(isLaneItemKey(item)).toBe(true);
    expect(lanePartitions()).toContain(item.pk);
    expect(readPaneItemKey(item)).toBeUndefined();
  });

  it.each([
    { pk: 'views', sk: '2024-01-01T00:00:00.000Z|lane' },
    { pk: '|home', sk: '2024-01-01T00:00:00.000Z|lane' },
    { pk: 'views|home', sk: 'lane' },
  ])('of other items are no pane: %j', (item) => {
    expect(readPaneItemKey(item)).toBeUndefined();
  });

  it('are spread over buckets, the same at every time', () => {
    const buckets = Array.from({ length: 400 }, (_, n) => bucketOf(`shardId-${n}`, 4));

    for (const bucket of [0, 1, 2, 3])
      expect(buckets.filter((one) => one === bucket).length).toBeGreaterThan(50);
    expect(bucketOf('foobar', 0x1_0000_0000)).toBe(0xbf9cf968);
  });
});

describe('a pane item', () => {
  it('is read back as it was', () => {
    expect(readPaneItem(views, paneItem(ref, pane, 0))).toEqual(pane);
  });

  it.each([
    ['its end, for events of now', T0, T0 + MINUTE],
    ['its write, for replayed history', minutes(1e6), minutes(1e6)],
  ])('expires when it has been retained from %s', (_what, now, from) => {
    expect(paneItem(ref, pane, now).expires).toEqual({ N: String((from + views.retain) / 1000) });
  });

  it('of a running total expires when it has been retained from its last write', () => {
    const aggregate = withTotals.aggregates[2]!;
    const total = { aggregate, key: '', start: 0, lane: LANE };

    expect(paneItem(total, { ...pane, accs: [1] }, T0)).toMatchObject({
      sk: { S: `1970-01-01T00:00:00.000Z|${LANE}` },
      expires: { N: String((T0 + aggregate.retain) / 1000) },
    });
  });

  it('has an empty accumulator for a measure that came later, or became another', () => {
    const measures = [
      { name: 'n', measure: sum<unknown>(() => 1) },
      { name: 'extra', measure: count<unknown>() },
      ...views.measures.slice(1),
    ];
    const later: Aggregate = { ...views, measures };

    const results = resultsOf(later, decodeAccs(later, paneItem(ref, pane, 0)));

    expect(results).toEqual({ n: 0, extra: 0, ms: 20, slowest: 30 });
  });

  it.each(['n', 'v', 'first', 'mark'])('is refused without %s', (attribute) => {
    const { [attribute]: _gone, ...item } = paneItem(ref, pane, 0);

    expect(() => readPaneItem(views, item)).toThrow(ItemError);
    expect(() => readPaneItem(views, item)).toThrow(
      new RegExp(
        `item \\(views\\|home, 2024-01-01T00:00:00.000Z\\|.*\\) has no (text|number) attribute '${attribute}'`,
      ),
    );
  });

  it('is empty where nothing was folded', () => {
    const { accs } = emptyPane(views, 'home', T0, '');

    expect(decodeAccs(views, {})).toEqual(accs);
  });
});

describe('a lane item', () => {
  it.each([T0, -Infinity])('is read back as it was, with a greatest event time of %d', (maxEventTime) => {
    const item = laneItem(LANE, { mark: sequence(4), maxEventTime }, 2, minutes(9));

    expect(readLaneItem(item)).toEqual({
      lane: LANE,
      mark: sequence(4),
      closed: undefined,
      maxEventTime,
      version: 2,
      at: minutes(9),
    });
  });
});

describe('an alert item', () => {
  const state = alertState({
    at: minutes(1),
    since: minutes(1),
    windowStart: minutes(-2),
    value: { n: 2, ms: 500.5 },
    shown: 500.5,
    band: { actual: 500.5, expected: 100, low: null, high: 200 },
    summary: 'Pages are slow.',
    version: 3,
  });

  it.each<Partial<AlertState>>([
    {},
    { key: '' },
    { key: '\\\\' },
    { summary: undefined },
    { band: undefined },
    { status: 'resolved' },
  ])('is read back as it was: %j', (over) => {
    const record = alertRecord({ ...state, ...over });

    expect(readAlertItem(alertItem(record, []))).toStrictEqual(record);
  });

  it('has the transitions that it was given by its write, and no others', () => {
    const given = [state, { ...state, version: 4, summary: undefined }];

    expect(readGiven(alertItem(alertRecord(...given), given))).toStrictEqual(given);
    expect(readGiven(alertItem(alertRecord(...given), []))).toEqual([]);
  });

  it('is read back before it has any state', () => {
    const memory = { judgedTo: minutes(4), levels: [0, 2], detector: Uint8Array.of(7) };
    const record = { ...nothingKept('slow', 'home'), memory, revision: 1 };

    expect(readAlertItem(alertItem(record, []))).toStrictEqual(record);
  });

  it('has null for a measure without values', () => {
    const record = alertRecord({ ...state, value: { ms: NaN } });

    expect(readAlertItem(alertItem(record, [])).state?.value).toEqual({ ms: null });
  });

  it('has a sort key for the empty key, which no other key has', () => {
    expect(alertSortKey('')).toBe('\\');
    expect(alertItem(alertRecord({ ...state, key: '' }), []).sk).toEqual({ S: '\\' });
  });

  it('is refused without its turns', () => {
    const { turns: _gone, ...item } = alertItem(alertRecord(state), [state]);

    expect(() => readAlertItem(item)).toThrow("item (slow, home) has no text attribute 'turns'");
  });
});
