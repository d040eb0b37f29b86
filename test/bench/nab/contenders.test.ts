import { describe, expect, it } from 'vitest';
import { CONTENDERS, contend } from '../../../bench/nab/contenders.ts';
import { scoreTable, seriesTable } from '../../../bench/nab/report.ts';
import { readSeries } from '../../../bench/nab/corpus.ts';
import { seeded } from '../../measures/distributions.ts';

/** 3,000 values of noise, with a rise from 2,000 to 2,060 that is a window's middle. */
function labelled(name: string, seed: number) {
  const random = seeded(seed);
  const timeOf = (index: number) =>
    new Date(Date.UTC(2014, 3, 1, 0, 5 * index)).toISOString().slice(0, 19).replace('T', ' ');
  const rows = Array.from({ length: 3_000 }, (_, index) => {
    const value = random() + (index >= 2_000 && index < 2_060 ? 4 : 0);
    return `${timeOf(index)},${value}`;
  });
  return readSeries(name, ['timestamp,value', ...rows].join('\n'), [[timeOf(1_980), timeOf(2_080)]]);
}

const corpus = [labelled('first/one.csv', 1), labelled('second/two.csv', 2)];

describe('contenders', () => {
  it.each(CONTENDERS.map((contender) => [contender.name, contender] as const))(
    'score a rise above noise: %s',
    (_, contender) => {
      for (const { scores } of contend(contender, corpus)) {
        const all = Array.from(scores);
        const most = Math.max(...all.slice(2_000, 2_060));

        expect(all).toHaveLength(3_000);
        expect(all.every((score) => score >= 0 && score <= 1)).toBe(true);
        expect(most).toBeGreaterThan(Math.max(...all.slice(450, 2_000)));
      }
    },
  );

  it('do not see what is to come', () => {
    const [series] = corpus;
    const cut = { ...series!, times: series!.times.slice(0, 2_010), values: series!.values.slice(0, 2_010) };
    for (const contender of CONTENDERS) {
      const [whole, part] = contend(contender, [series!, cut]);

      expect(part!.scores).toEqual(Array.from(whole!.scores).slice(0, 2_010));
    }
  });
});

describe('the report', () => {
  const results = [{ name: 'weir', judged: contend(CONTENDERS[0]!, corpus) }];
  const cells = (table: string, name: string) =>
    table
      .split('\n')
      .map((line) => line.split('│').map((cell) => cell.trim()))
      .find((row) => row[1] === name)!
      .slice(2, -1);

  it('has a line for each series and category', () => {
    const table = seriesTable(corpus, results);

    expect(cells(table, 'one').slice(1)).toEqual(['1/1', '0']);
    expect(cells(table, 'second').slice(1)).toEqual(['1/1', '0']);
    expect(Number(cells(table, 'two')[0])).toBeGreaterThan(90);
  });

  it('has the scores of the whole', () => {
    const scores = cells(scoreTable(corpus, results, 0.25), 'weir').map(Number);

    expect(scores).toHaveLength(5);
    const [standard, lowFp, lowFn, held, flagged] = scores as [number, number, number, number, number];
    expect([standard, lowFp, lowFn].every((score) => score > 90)).toBe(true);
    expect(held).toBeLessThanOrEqual(standard);
    expect(flagged).toBeLessThanOrEqual(standard);
  });
});
