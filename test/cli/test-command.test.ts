import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { weir } from '../support/weir.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

// Within the project, so that what the cases import is found.
let directory: string;
beforeAll(async () => {
  await mkdir(join(ROOT, '.weir'), { recursive: true });
  directory = await mkdtemp(join(ROOT, '.weir/cases-'));
});
afterAll(async () => {
  await rm(directory, { recursive: true });
});

const EVENTS =
  '{"at":"2024-01-01T00:00:00Z","page":"a","ms":500}\n{"at":"2024-01-01T00:05:00Z","page":"a"}\n';

/** Writes a file of two cases, of which the second expects this. */
async function writeCases(name: string, expected: string): Promise<string> {
  const path = join(directory, name);
  await writeFile(
    path,
    `import { at, cases, count, definePipeline, tumbling } from '../../lib/index.ts';
import { view } from '../../test/support/pipeline.ts';
import { most } from './most.ts';
const pipeline = definePipeline(view, {
  eventTime: (event) => event.at,
  aggregates: { views: { key: { page: (event) => event.page }, pane: '1m', measures: { n: count() } } },
  alerts: { seen: { on: 'views', over: tumbling('1m'), when: (window) => window.n > most } },
});
export default cases(pipeline, {
  'nothing happens': { events: [], expect: { transitions: [] } },
  'a page is seen': {
    start: '2024-01-01T00:00Z', events: 'events.ndjson', expect: { transitions: ${expected} },
  },
});
`,
  );
  await writeFile(join(directory, 'most.ts'), 'export const most = 0;\n');
  await writeFile(join(directory, 'events.ndjson'), EVENTS);
  return path;
}

const RIGHT = "['+1m seen page=a firing', '+2m seen page=a resolved']";

describe('weir test', () => {
  it('says which cases passed, and how many', async () => {
    const path = await writeCases('right.cases.ts', RIGHT);
    const { status, out, err } = await weir('test', path);

    expect({ status, err }).toEqual({ status: 0, err: '' });
    expect(out.replace(/ \d+\.\d+ s/g, '')).toBe(
      `${path}\n  ✓ nothing happens\n  ✓ a page is seen\n2 cases passed\n`,
    );
  });

  it('shows what differs, and fails', async () => {
    const path = await writeCases('wrong.cases.ts', "['+1m seen page=a firing', '+3m seen page=a resolved']");
    const { status, out, err } = await weir('test', path);

    expect({ status, err }).toEqual({ status: 1, err: 'weir: 1 of 2 cases failed\n' });
    expect(out).toContain(
      [
        '      transitions: - expected, + came',
        '        +1m seen page=a firing warning',
        '      + +2m seen page=a resolved warning  (no data)',
        '      - +3m seen page=a resolved',
        '',
      ].join('\n'),
    );
  });

  it('says of a case that is none', async () => {
    const path = join(directory, 'null.cases.ts');
    await writeFile(
      path,
      "import { cases } from '../../lib/index.ts';\nexport default cases({ aggregates: [] } as never, { a: null as never });\n",
    );
    const { status, out } = await weir('test', path);

    expect(status).toBe(1);
    expect(out).toContain('the case is missing; write { events, expect }');
  });

  it('runs some of the cases alone', async () => {
    const path = await writeCases('some.cases.ts', '[]');

    expect(await weir('test', path, '--filter', 'nothing')).toMatchObject({ status: 0 });
    expect(await weir('test', path, '--filter', 'everything')).toMatchObject({
      status: 1,
      err: 'weir: --filter everything: no case has that in its name\n',
    });
  });

  it.each([
    ['there is none', 'none.cases.ts', undefined, 'there is no such file; write it, or name another'],
    ['it exports something else', 'else.cases.ts', 'export default 1;', 'exports no cases; write'],
    ['it cannot be loaded', 'broken.cases.ts', 'throw new Error("oh");', 'cannot be loaded: oh'],
  ])('says of a file that %s', async (_what, name, text, problem) => {
    const path = join(directory, name);
    if (text !== undefined) await writeFile(path, text);
    const { status, err } = await weir('test', path);

    expect(status).toBe(1);
    expect(err).toContain(`weir: ${path}: ${problem}`);
  });

  it('runs the cases of the pipeline that is there', async () => {
    expect(await weir('test', join(ROOT, 'pipeline.cases.ts'))).toMatchObject({ status: 0, err: '' });
  });
});

describe('weir test --watch', () => {
  it('runs again when the cases, what they import or a recorded file changes', async () => {
    const path = await writeCases('watched.cases.ts', '[]');
    const child = spawn(process.execPath, [join(ROOT, 'bin/weir.mjs'), 'test', path, '--watch'], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let written = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => (written += chunk.toString()));
    const runs = async (count: number, last: string): Promise<void> =>
      vi.waitFor(
        () => {
          const ended = written.split(/watching \d+ files; Ctrl-C ends\n/);
          expect(ended.length - 1).toBe(count);
          expect(ended.at(-2)).toContain(last);
        },
        { timeout: 30_000, interval: 50 },
      );
    try {
      await runs(1, '1 of 2 cases failed');
      await writeCases('watched.cases.ts', RIGHT);
      await runs(2, '2 cases passed');
      await writeFile(join(directory, 'most.ts'), 'export const most = 1;\n');
      await runs(3, '- +1m seen page=a firing');
      await writeFile(join(directory, 'events.ndjson'), EVENTS.repeat(2));
      await runs(4, 'late records: 1, expected: 0');
    } finally {
      child.kill();
    }
  }, 120_000);
});
