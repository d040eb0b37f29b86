import { expect, it } from 'vitest';
import { sliding, tumbling, definePipeline, sum } from '../../lib/index.ts';
import { readLastValues } from '../../lib/notify/last-values.ts';
import type { Alert } from '../../lib/pipeline/pipeline.ts';
import { minutes, view } from '../support/pipeline.ts';

const define = (
  window: Parameters<typeof sliding> | [Parameters<typeof tumbling>[0]],
  retain: '1d' | '90d' = '90d',
) => {
  const [size, slide] = window;
  const { alerts } = definePipeline(view, {
    eventTime: (event) => event.at,
    aggregates: {
      views: {
        key: { page: (event) => event.page },
        pane: '1m',
        retain,
        measures: { ms: sum((event) => event.ms) },
      },
      visits: { key: {}, pane: '1m', measures: { ms: sum((event) => event.ms) } },
    },
    alerts: {
      slow: {
        on: 'views',
        over: slide === undefined ? tumbling(size) : sliding(size, slide),
        with: ['visits'],
        compare: ['1m'],
        value: (one, { with: { visits }, before }) =>
          one.ms + 1_000 * (visits?.ms ?? 0) + 100_000 * (before('1m')?.ms ?? 0),
        when: () => true,
      },
      plain: { on: 'views', over: tumbling('1m'), when: () => true },
    },
  });
  return { slow: alerts[0]!, plain: alerts[1]! };
};

/** Panes of 1, 2, 3 … by minute, but for some that are missing; of visits there is one. */
const panes = (missing: readonly number[] = []) => {
  const asked: { name: string; from: number; to: number }[] = [];
  const readRange = (aggregate: Alert['aggregate'], _: string, from: number, to: number) => {
    asked.push({ name: aggregate.name, from, to });
    const numbers = aggregate.name === 'visits' ? [4] : Array.from({ length: 60 }, (__, i) => i);
    const found = numbers
      .filter((n) => !missing.includes(n) && minutes(n) >= from && minutes(n) < to)
      .map((n) => ({ start: minutes(n), accs: accsOf(aggregate, n + 1) }));
    return Promise.resolve(found);
  };
  return { asked, readRange };
};

function accsOf({ measures }: Alert['aggregate'], ms: number): unknown[] {
  return measures.map(({ measure }) => measure.add(measure.empty(), measure.input({ ms }, minutes(0))));
}

it('gives the value of each of the last windows, with what the rule sees beside them', async () => {
  const { slow } = define(['2m', '1m']);

  const values = await readLastValues(panes([1, 2]), slow, { key: 'home', at: minutes(6) });

  expect(values).toHaveLength(24);
  expect(values?.slice(-7)).toEqual([null, 1, 100_001, null, 4, 405_009, 905_011]);
});

it('reads no more than it shows', async () => {
  const { slow } = define(['2m', '1m']);
  const { asked, readRange } = panes();

  await readLastValues({ readRange }, slow, { key: 'home', at: minutes(50) });

  expect(asked).toContainEqual({ name: 'views', from: minutes(25), to: minutes(50) });
});

it('ends with the last window that is over', async () => {
  const { slow } = define(['6m', '3m']);
  const { asked, readRange } = panes();

  await readLastValues({ readRange }, slow, { key: 'home', at: minutes(302) });

  expect(asked).toContainEqual({ name: 'views', from: minutes(225), to: minutes(300) });
});

it.each([
  ['that many panes', define(['1d']).slow, 2],
  ['what is kept', define(['10h'], '1d').slow, 2],
])('looks back on no more than %s', async (_, rule, most) => {
  expect(await readLastValues(panes(), rule, { key: 'home', at: minutes(7200) })).toHaveLength(most);
});

it('gives none if there would be but one', async () => {
  expect(
    await readLastValues(panes(), define(['2d']).slow, { key: 'home', at: minutes(2880) }),
  ).toBeUndefined();
});

it('gives none of a rule that names no value', async () => {
  const { asked, readRange } = panes();

  expect(
    await readLastValues({ readRange }, define(['1m']).plain, { key: 'home', at: minutes(9) }),
  ).toBeUndefined();
  expect(asked).toEqual([]);
});
