import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { anomalyDetector } from '../../lib/anomaly/index.ts';
import type { Series } from './corpus.ts';

/** Writes a series, with what weir's detector makes of it by default, to a CSV of the series' name below a directory. */
export async function writeScores(dir: string, series: Series): Promise<void> {
  const path = join(dir, series.name);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, scoredCsv(series));
}

/** The series' lines with two more columns: the score, and 1 where the value is flagged, else 0. */
export function scoredCsv({ rows, times, values }: Series): string {
  const detector = anomalyDetector();
  const state = detector.empty();
  const lines = rows.map((row, index) => {
    const { score, flagged } = detector.observe(state, times[index] ?? NaN, values[index] ?? NaN);
    return `${row},${score},${flagged ? 1 : 0}\n`;
  });
  return `timestamp,value,anomaly_score,flagged\n${lines.join('')}`;
}
