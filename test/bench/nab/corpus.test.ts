import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readCorpus, readSeries } from '../../../bench/nab/corpus.ts';
import { scoredCsv, writeScores } from '../../../bench/nab/write-scores.ts';

const csv = [
  'timestamp,value',
  '2014-04-01 00:00:00,20.5',
  '2014-04-01 00:05:00,-1e3',
  '2014-04-01 00:05:00,0',
  '2014-04-01 00:15:00,7',
  '',
].join('\n');

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'weir-nab-'));
  await mkdir(join(dir, 'realTraffic'));
  await writeFile(join(dir, 'realTraffic/speed.csv'), csv);
  await writeFile(
    join(dir, 'windows.json'),
    '{"realTraffic/speed.csv": [["2014-04-01 00:05:00.000000", "2014-04-01 00:10:00.000000"]]}',
  );
});
afterAll(() => rm(dir, { recursive: true }));

describe('readCorpus', () => {
  it('finds series in a folder data, too, and names those that are not there', async () => {
    const corpus = await mkdtemp(join(dir, 'corpus-'));
    await mkdir(join(corpus, 'data/realTraffic'), { recursive: true });
    await writeFile(join(corpus, 'data/realTraffic/speed.csv'), csv);
    await writeFile(join(corpus, 'windows.json'), '{"realTraffic/speed.csv": [], "realTweets/none.csv": []}');

    const { series, absent } = await readCorpus(corpus, join(corpus, 'windows.json'));

    expect(series.map(({ name }) => name)).toEqual(['realTraffic/speed.csv']);
    expect(absent).toEqual(['realTweets/none.csv']);
  });

  it('reads the series that are labelled, and puts their windows on the points within', async () => {
    const {
      series: [series, ...others],
      absent,
    } = await readCorpus(dir, join(dir, 'windows.json'));

    expect([others, absent]).toEqual([[], []]);
    expect(series).toEqual({
      name: 'realTraffic/speed.csv',
      category: 'realTraffic',
      rows: csv.split('\n').slice(1, -1),
      times: [0, 5, 5, 15].map((minutes) => Date.UTC(2014, 3, 1, 0, minutes)),
      values: [20.5, -1000, 0, 7],
      windows: [{ first: 1, last: 2 }],
    });
  });
});

describe('writeScores', () => {
  it('adds a score and a flag to each line', () => {
    const rows = Array.from({ length: 200 }, (_, index) => {
      const time = new Date(Date.UTC(2014, 3, 1, index)).toISOString().slice(0, 19).replace('T', ' ');
      return `${time},${index === 150 ? 99 : index % 3}`;
    });
    const lines = scoredCsv(readSeries('a/b.csv', ['timestamp,value', ...rows].join('\n'))).split('\n');

    expect(lines[0]).toBe('timestamp,value,anomaly_score,flagged');
    expect(lines.slice(1, -1).map((line) => line.split(',').slice(0, 2).join(','))).toEqual(rows);
    const flagged = lines.flatMap((line, index) => (line.endsWith(',1') ? [index - 1] : []));
    expect(flagged).toEqual([150]);
    expect(Number(lines[151]!.split(',')[2])).toBeGreaterThan(0.9);
  });

  it('names the file as the series', async () => {
    const series = readSeries('realTraffic/speed.csv', csv);
    await writeScores(join(dir, 'out'), series);

    expect(await readFile(join(dir, 'out/realTraffic/speed.csv'), 'utf8')).toBe(scoredCsv(series));
  });
});
