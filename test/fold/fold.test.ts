import { describe, expect, it } from 'vitest';
import { Fold } from '../../lib/fold/fold.ts';
import type { Interpreted } from '../../lib/fold/interpret.ts';
import { resultsOf } from '../../lib/fold/pane.ts';
import { minutes, MINUTE, pipeline, T0, views, visits } from '../support/pipeline.ts';

const SECOND = 1_000;

// Watermark: 30 s behind the greatest event time. Panes: views of 1 min, visits of 5 min and 2 min of lateness.
const event = (time: number, page = 'home', ms: number | null = 10): Interpreted => ({
  time,
  keys: [page, `${page}|ann`],
  inputs: [1, ms, ms, 1, ms],
});

const summary = (fold: Fold) =>
  fold.panes.flatMap((panes) =>
    [...panes].map(({ aggregate, key, start, records, first, last, accs }) => ({
      pane: `${aggregate.name} ${key} ${(start - T0) / MINUTE}`,
      records,
      first,
      last,
      results: resultsOf(aggregate, accs),
    })),
  );

describe('Fold', () => {
  it('adds an event to one pane of each aggregate, and the next to the same if it falls into them', () => {
    const fold = new Fold(pipeline, -Infinity);

    fold.add(event(T0, 'home', 10), '1');
    fold.add(event(T0 + MINUTE - 1, 'home', 30), '2');
    fold.add(event(T0 + MINUTE, 'home', null), '3');

    expect(summary(fold)).toEqual([
      { pane: 'views home 0', records: 2, first: '1', last: '2', results: { n: 2, ms: 20, slowest: 30 } },
      { pane: 'views home 1', records: 1, first: '3', last: '3', results: { n: 1, ms: NaN, slowest: NaN } },
      { pane: 'visits home|ann 0', records: 3, first: '1', last: '3', results: { n: 3, total: 40 } },
    ]);
  });

  it('has a watermark that follows the greatest event time and never falls', () => {
    const fold = new Fold(pipeline, -Infinity);
    expect(fold.watermark).toBe(-Infinity);

    fold.add(event(T0), '1');
    expect(fold.watermark).toBe(T0 - 30 * SECOND);

    fold.add(event(T0 - 10 * SECOND), '2');
    expect([fold.maxEventTime, fold.watermark]).toEqual([T0, T0 - 30 * SECOND]);
  });

  it.each([
    ['one ms before the end of its pane has passed', minutes(1) + 30 * SECOND - 1, undefined],
    ['when the end of its pane has passed', minutes(1) + 30 * SECOND, [views]],
    ['one ms before the lateness of the other has passed', minutes(7) + 30 * SECOND - 1, [views]],
    ['when the lateness of the other has passed', minutes(7) + 30 * SECOND, [views, visits]],
  ])('judges an event %s', (_when, maxEventTime, late) => {
    const fold = new Fold(pipeline, maxEventTime);

    expect(fold.add(event(T0), '1')).toEqual(late);
    expect(summary(fold).map(({ pane }) => pane.split(' ')[0])).toEqual(
      [views, visits].filter((aggregate) => !late?.includes(aggregate)).map(({ name }) => name),
    );
  });

  it('judges an event by the watermark before it, not by its own time', () => {
    const fold = new Fold(pipeline, T0);

    expect(fold.add(event(minutes(60)), '1')).toBeUndefined();
    expect(fold.add(event(minutes(58)), '2')).toEqual([views]);
  });

  it('gives each aggregate its own inputs, also after one for which the event was late', () => {
    const fold = new Fold(pipeline, minutes(2));

    fold.add({ time: T0, keys: ['home', 'home|ann'], inputs: ['late', 'late', 'late', 1, 42] }, '1');

    expect(summary(fold)).toMatchObject([{ pane: 'visits home|ann 0', results: { n: 1, total: 42 } }]);
  });

  it('closes panes up to its floor as well', () => {
    const fold = new Fold(pipeline, T0);
    fold.floor = minutes(1);

    expect(fold.closedUntil).toBe(minutes(1));
    expect(fold.add(event(T0 + 59 * SECOND), '1')).toEqual([views]);
  });

  it('leaves out what is not accepted, but follows its time', () => {
    const asked: unknown[] = [];
    const fold = new Fold(pipeline, -Infinity, {
      accept: (...question) => {
        asked.push(question);
        return question[0] === visits;
      },
    });

    expect(fold.add(event(minutes(3)), '9')).toBeUndefined();

    expect(asked).toEqual([
      [views, 'home', minutes(3), '9'],
      [visits, 'home|ann', T0, '9'],
    ]);
    expect(summary(fold).map(({ pane }) => pane)).toEqual(['visits home|ann 0']);
    expect(fold.maxEventTime).toBe(minutes(3));
  });

  it('takes nothing for late where it is lenient, and follows the time all the same', () => {
    const fold = new Fold(pipeline, minutes(60), { lenient: true });
    fold.floor = minutes(60);

    expect(fold.add(event(T0), '1')).toBeUndefined();
    expect(fold.add(event(minutes(61)), '2')).toBeUndefined();

    expect(summary(fold).map(({ pane, records }) => [pane, records])).toEqual([
      ['views home 0', 1],
      ['views home 61', 1],
      ['visits home|ann 0', 1],
      ['visits home|ann 60', 1],
    ]);
    expect([fold.maxEventTime, fold.watermark]).toEqual([minutes(61), minutes(60.5)]);
  });

  it('asks whether a late event is accepted where it is lenient', () => {
    const asked: string[] = [];
    const fold = new Fold(pipeline, minutes(60), {
      lenient: true,
      accept: ({ name }) => asked.push(name) > 1,
      onLate: () => {
        throw new Error('nothing is late');
      },
    });

    fold.add(event(T0), '1');

    expect(asked).toEqual(['views', 'visits']);
    expect(summary(fold).map(({ pane }) => pane)).toEqual(['visits home|ann 0']);
  });
});
