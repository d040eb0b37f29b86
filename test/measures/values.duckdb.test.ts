import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { distinct, first, last, topK, type Measure } from '../../lib/measures/index.ts';

/** An event, as the table of the oracle has it too. */
interface Visit {
  readonly grp: number;
  readonly time: number;
  readonly page: string | null;
  readonly score: number | null;
}

const GROUPS = 40;

let instance: DuckDBInstance;
let connection: DuckDBConnection;
let visits: Visit[];

// The oracle generates the events too: groups of a few to 20,000, pages by Zipf, many events at one time, values missing.
beforeAll(async () => {
  instance = await DuckDBInstance.create(':memory:', { threads: '1' });
  connection = await instance.connect();
  await connection.run(`
    CREATE TABLE visits AS SELECT
      floor(pow(hash(i, 1) / pow(2, 64), 3) * ${GROUPS})::INTEGER AS grp,
      (1700000000000 + (hash(i, 2) % 5000) * 100)::DOUBLE AS time,
      CASE WHEN hash(i, 3) % 10 = 0 THEN NULL
        ELSE 'page-' || floor(pow(150, hash(i, 4) / pow(2, 64)))::INTEGER END AS page,
      CASE WHEN hash(i, 5) % 7 = 0 THEN NULL ELSE floor(hash(i, 6) / pow(2, 64) * 100000) / 8 END AS score
    FROM range(60000) t(i)`);
  visits = await rows<Visit>('SELECT * FROM visits');
});

afterAll(() => {
  connection.closeSync();
  instance.closeSync();
});

async function rows<Row>(sql: string): Promise<Row[]> {
  const answer = await connection.runAndReadAll(sql);
  return answer.getRowObjectsJS() as Row[];
}

/** Results by group, each put together from three lanes. */
function results<Result, Acc, Input>(measure: Measure<Visit, Result, Acc, Input>): Map<number, Result> {
  const lanes = new Map<number, Acc[]>();
  visits.forEach((visit, i) => {
    let accs = lanes.get(visit.grp);
    if (accs === undefined) lanes.set(visit.grp, (accs = [0, 1, 2].map(() => measure.empty())));
    const input = measure.input(visit, visit.time);
    if (input !== null && input !== undefined) accs[i % 3] = measure.add(accs[i % 3]!, input);
  });
  return new Map(
    [...lanes].map(([grp, accs]) => {
      const stored = accs.map((acc) => measure.decode(measure.encode(acc)));
      return [grp, measure.result(stored.reduce((into, from) => measure.merge(into, from)))];
    }),
  );
}

describe('against DuckDB, over groups of a few to thousands of generated events', () => {
  it('counts distinct values exactly while they are few, and within four standard errors beyond', async () => {
    const expected = await rows<{ grp: number; pages: number; scores: number }>(`
      SELECT grp, count(DISTINCT page)::DOUBLE AS pages, count(DISTINCT score)::DOUBLE AS scores
      FROM visits GROUP BY grp`);
    const pages = results(distinct((visit) => visit.page));
    const scores = results(distinct((visit) => visit.score));

    expect(pages.size).toBe(expected.length);
    for (const row of expected) {
      expect(pages.get(row.grp)).toBe(row.pages);
      const allowed = row.scores <= 700 ? 0 : (4 * 1.04 * row.scores) / Math.sqrt(2 ** 12);
      expect(Math.abs(scores.get(row.grp)! - row.scores)).toBeLessThanOrEqual(allowed);
    }
    expect(Math.max(...expected.map((row) => row.scores))).toBeGreaterThan(5000);
  });

  it('finds the same most frequent values', async () => {
    const expected = await rows<{ grp: number; page: string; n: number }>(`
      SELECT grp, page, count(*)::DOUBLE AS n FROM visits WHERE page IS NOT NULL GROUP BY grp, page
      QUALIFY row_number() OVER (PARTITION BY grp ORDER BY count(*) DESC, page) <= 10
      ORDER BY grp, n DESC, page`);
    const found = results(topK((visit) => visit.page));

    const flat = [...found]
      .sort(([a], [b]) => a - b)
      .flatMap(([grp, top]) => top.map(({ value, count, error }) => ({ grp, page: value, n: count, error })));
    expect(flat).toEqual(expected.map((row) => ({ ...row, error: 0 })));
  });

  it('finds most frequent values among more than its capacity within the bound', async () => {
    const counts = await rows<{ grp: number; score: number; n: number; total: number }>(`
      SELECT grp, floor(score / 10) AS score, count(*)::DOUBLE AS n, (sum(count(*)) OVER (PARTITION BY grp))::DOUBLE AS total
      FROM visits WHERE score IS NOT NULL GROUP BY grp, floor(score / 10)`);
    const found = results(
      topK((visit) => (visit.score === null ? null : Math.floor(visit.score / 10)), 10, { capacity: 100 }),
    );

    const actual = new Map(counts.map((row) => [`${row.grp} ${row.score}`, row]));
    for (const [grp, top] of found) {
      for (const { value, count, error } of top) {
        const { n, total } = actual.get(`${grp} ${value}`)!;
        expect(n).toBeLessThanOrEqual(count);
        expect(n).toBeGreaterThanOrEqual(count - error);
        expect(error).toBeLessThanOrEqual((2 * total) / 100);
      }
    }
  });

  it('finds the same first and last values', async () => {
    // Ties are told by JSON: of ASCII texts that is their own order, and of numbers that of their digits.
    const expected = await rows<Record<string, unknown>>(`
      SELECT grp,
        arg_min(page, (time, page)) AS "firstPage", arg_max(page, (time, page)) AS "lastPage",
        arg_min(score * 8, (time, (score * 8)::BIGINT::VARCHAR)) AS "firstScore"
      FROM visits GROUP BY grp ORDER BY grp`);
    const firstPage = results(first((visit) => visit.page));
    const lastPage = results(last((visit) => visit.page));
    const firstScore = results(first((visit) => visit.score && visit.score * 8));

    for (const row of expected) {
      expect(firstPage.get(row.grp as number)).toBe(row.firstPage);
      expect(lastPage.get(row.grp as number)).toBe(row.lastPage);
      expect(firstScore.get(row.grp as number)).toBe(row.firstScore);
    }
  });
});
