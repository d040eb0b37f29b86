import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { weir } from '../support/weir.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const FLIGHTS = join(ROOT, 'fixtures/flights.ndjson.gz');
const PIPELINE = join(ROOT, 'pipeline.ts');

let directory: string;
beforeAll(async () => {
  await mkdir(join(ROOT, '.weir'), { recursive: true });
  directory = await mkdtemp(join(ROOT, '.weir/backtest-'));
});
afterAll(async () => {
  await rm(directory, { recursive: true });
});

/** The project's pipeline with another bound. */
async function withDelay(name: string, delay: number): Promise<string> {
  const text = await readFile(PIPELINE, 'utf8');
  const path = join(directory, name);
  const changed = text
    .replace("'./lib/index.ts'", "'../../lib/index.ts'")
    .replace('window.delay > 45', `window.delay > ${delay}`);
  await writeFile(path, changed);
  return path;
}

interface Totals {
  readonly episodes: number;
  readonly firingSeconds: number;
  readonly notices: number;
  readonly noticesPerDay: number;
  readonly atNight: number;
}

interface Json {
  readonly before: Totals;
  readonly after: Totals;
  readonly alerts: readonly Record<'added' | 'removed' | 'changed' | 'same', number>[];
  readonly changes: readonly { readonly type: string; readonly before: unknown; readonly after: unknown }[];
}

describe('weir backtest', () => {
  it('shows what a stricter rule would have come to over recorded flights', async () => {
    const strict = await withDelay('strict.ts', 60);
    const args = [FLIGHTS, '--pipeline', strict, '--against', PIPELINE];
    const json = await weir('backtest', ...args, '--format', 'json');
    const { before, after, alerts, changes } = JSON.parse(json.out) as Json;
    const { out, status, err } = await weir('backtest', ...args);
    const [congested] = alerts;

    expect([json.status, status, err]).toEqual([0, 0, '']);
    expect(after.notices).toBeLessThan(before.notices);
    expect(after.firingSeconds).toBeLessThan(before.firingSeconds);
    expect(before.noticesPerDay).toBeCloseTo(before.notices / 3, 1);
    expect(congested).toMatchObject({ added: 0 });
    const { removed = 0, changed = 0, same = 0 } = congested ?? {};
    expect(removed + changed + same).toBe(before.episodes);
    expect(changed + same).toBe(after.episodes);
    expect(changes).toHaveLength(removed + changed);
    expect(out).toMatch(
      /^- congested origin=MSP {2}2001-06-14T08:15Z to 2001-06-14T09:15Z \(1 h\) warning$/m,
    );
    expect(out).toMatch(/^~ congested origin=ORD .* warning: fires 30 min later$/m);
    expect(out).toContain(`${before.episodes} → ${after.episodes}`);
    expect(out).toContain(`${before.notices} → ${after.notices}`);
  });

  it('says of an alert that goes on at the end that it does', async () => {
    const never = await withDelay('never.ts', 10_000);
    const { out } = await weir('backtest', FLIGHTS, '--pipeline', PIPELINE, '--against', never);

    expect(out).toMatch(/^\+ congested origin=PHL {2}2001-06-16T19:45Z on \(still firing\) warning$/m);
  });

  it('counts nights by the clocks of a zone', async () => {
    const args = [FLIGHTS, '--pipeline', await withDelay('nights.ts', 60), '--against', PIPELINE];
    const nights = async (zone: string): Promise<number> => {
      const { out } = await weir('backtest', ...args, '--format', 'json', '--zone', zone);
      return (JSON.parse(out) as Json).before.atNight;
    };

    expect(await nights('America/Chicago')).toBeLessThan(await nights('UTC'));
    expect(await weir('backtest', ...args, '--zone', 'Mars')).toMatchObject({
      status: 1,
      err: 'weir: --zone Mars: there is no such zone; write one such as Europe/Berlin\n',
    });
  });

  it('takes a recording that it cannot read twice for an error', async () => {
    const { status, err } = await weir('backtest', '-', '--pipeline', PIPELINE, '--against', PIPELINE);

    expect({ status, err }).toEqual({
      status: 1,
      err: 'weir: - cannot be read twice; write the events to a file first\n',
    });
  });
});

describe('what the rules are compared with', () => {
  const git = async (...args: string[]): Promise<void> => {
    const who = ['-c', 'user.name=Ann', '-c', 'user.email=ann@example.com'];
    await promisify(execFile)('git', [...who, ...args], { cwd: directory });
  };

  it('is the pipeline as it was last committed, and no file of that is left', async () => {
    await git('init', '-q');
    const path = await withDelay('pipeline.ts', 45);
    const same = await withDelay('same.ts', 45);
    await git('add', 'pipeline.ts', 'same.ts');
    await git('commit', '-qm', 'Add a pipeline');
    const unchanged = await weir('backtest', FLIGHTS, '--pipeline', same);
    await withDelay('pipeline.ts', 60);
    const { status, out } = await weir('backtest', FLIGHTS, '--pipeline', path);
    const asOf = await weir('backtest', FLIGHTS, '--pipeline', path, '--against', `HEAD:${path}`);

    expect(unchanged.status).toBe(1);
    expect(unchanged.err).toContain('is as it was last committed, so that nothing can differ; change it, or');
    expect({ status, first: out.split('\n')[0] }).toEqual({
      status: 0,
      first: `HEAD:${path} → ${path}, over 2001-06-14T00:00Z to 2001-06-17T00:00Z (3 d)`,
    });
    expect(out).toContain('- congested origin=MSP');
    expect(asOf.out).toBe(out);
    expect((await readdir(directory)).filter((name) => name.startsWith('.pipeline'))).toEqual([]);
  });

  it.each([
    ['none.ts', '--against none.ts: there is no such file; give one, or REVISION:PATH'],
    ['none:pipeline.ts', '--against none:pipeline.ts: git says: fatal: '],
  ])('is nothing that is not there: %s', async (against, problem) => {
    const { status, err } = await weir('backtest', FLIGHTS, '--pipeline', PIPELINE, '--against', against);

    expect(status).toBe(1);
    expect(err).toContain(problem);
  });
});
