import { access, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Window } from './protocol.ts';

/** One labelled series of a corpus. */
export interface Series {
  /** Path below the corpus, such as `realTweets/Twitter_volume_AAPL.csv`. */
  readonly name: string;
  /** The folder it lies in. */
  readonly category: string;
  /** Its lines as they stand, without the header. */
  readonly rows: readonly string[];
  /** In ms since 1970, in order. */
  readonly times: readonly number[];
  readonly values: readonly number[];
  readonly windows: readonly Window[];
}

/** Labels by series: the first and last time of each window. */
type Labels = Readonly<Record<string, readonly (readonly [string, string])[]>>;

/** A corpus as far as it is there. */
export interface Corpus {
  readonly series: readonly Series[];
  /** Names of series that have labels and no file. */
  readonly absent: readonly string[];
}

/**
 * Reads the series that a file of labels names.
 *
 * @param dir holds the series by category, itself or in a folder `data`, as CSVs with a header and the columns timestamp and value
 * @param labels a JSON object: each series' windows, as pairs of times
 */
export async function readCorpus(dir: string, labels: string): Promise<Corpus> {
  const windows = JSON.parse(await readFile(labels, 'utf8')) as Labels;
  const absent: string[] = [];
  const read = Object.entries(windows).map(async ([name, limits]): Promise<Series[]> => {
    for (const path of [join(dir, name), join(dir, 'data', name)]) {
      if (await exists(path)) return [readSeries(name, await readFile(path, 'utf8'), limits)];
    }
    absent.push(name);
    return [];
  });
  return { series: (await Promise.all(read)).flat(), absent };
}

/** Whether there is a file or a folder of that path. */
export async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

/** The series that a CSV holds. */
export function readSeries(name: string, csv: string, limits: Labels[string] = []): Series {
  const rows = csv.trimEnd().split(/\r?\n/).slice(1);
  const cells = rows.map((row) => row.split(','));
  const times = cells.map(([time]) => readTime(time ?? ''));
  return {
    name,
    category: name.split('/')[0] ?? '',
    rows,
    times,
    values: cells.map(([, value]) => Number(value)),
    windows: limits.map(([from, to]) => windowOf(times, readTime(from), readTime(to))),
  };
}

function windowOf(times: readonly number[], from: number, to: number): Window {
  return {
    first: times.findIndex((time) => time >= from),
    last: times.findLastIndex((time) => time <= to),
  };
}

function readTime(text: string): number {
  return Date.parse(`${text.replace(' ', 'T').slice(0, 23)}Z`);
}
