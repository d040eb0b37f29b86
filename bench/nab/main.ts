import { parseArgs } from 'node:util';
import { readOptions } from '../../lib/anomaly/options.ts';
import { CONTENDERS, contend } from './contenders.ts';
import { exists, readCorpus } from './corpus.ts';
import { scoreTable, seriesTable } from './report.ts';
import { writeScores } from './write-scores.ts';

const USAGE = 'npm run bench:nab -- --data DIR --windows FILE [--scores OUT]';

async function bench(data: string, windows: string, scores: string | undefined): Promise<void> {
  const { series: corpus, absent } = await readCorpus(data, windows);
  if (absent.length > 0) {
    console.error(
      `bench:nab: ${absent.length} series of ${windows} are not in ${data}, and left out: ${absent.join(', ')}`,
    );
  }
  if (corpus.length === 0) {
    console.error(
      'bench:nab: there is no series to score; give the folder that holds realTweets/, realTraffic/ and others',
    );
    process.exitCode = 2;
    return;
  }
  const results = CONTENDERS.map((contender) => ({
    name: contender.name,
    judged: contend(contender, corpus),
  }));
  const { threshold } = readOptions('bench', {});
  console.log(`\nscores by series, standard profile\n${seriesTable(corpus, results)}`);
  console.log(`\nscores of all ${corpus.length} series\n${scoreTable(corpus, results, threshold)}`);
  if (scores === undefined) return;
  await Promise.all(corpus.map((series) => writeScores(scores, series)));
  console.log(`\nwrote ${corpus.length} files to ${scores}`);
}

const { data, windows, scores } = parseArgs({
  options: { data: { type: 'string' }, windows: { type: 'string' }, scores: { type: 'string' } },
}).values;
if (data === undefined || windows === undefined) {
  console.error(`bench:nab: --data or --windows is missing; ${USAGE}`);
  process.exitCode = 2;
} else if ((await exists(data)) && (await exists(windows))) {
  await bench(data, windows, scores);
} else {
  console.log(`bench:nab: skipped, there is no ${(await exists(data)) ? windows : data}`);
}
