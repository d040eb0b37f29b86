import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { AsideList } from '../../lib/cli/aside-list.ts';
import { main } from '../../lib/cli/main.ts';
import { quarantineMessages } from '../../lib/quarantine/message.ts';
import { SHARD, STREAM } from '../support/kinesis.ts';

const PIPELINE = fileURLToPath(new URL('pipeline.ts', import.meta.url));

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'weir-replay-'));
});
afterAll(async () => {
  await rm(directory, { recursive: true });
});

interface Ran {
  readonly status: number;
  readonly out: string;
  readonly err: string;
}

/** Runs `weir …`. */
async function weir(...args: readonly string[]): Promise<Ran> {
  const written = { out: '', err: '' };
  const spies = (['stdout', 'stderr'] as const).map((name) =>
    vi.spyOn(process[name], 'write').mockImplementation((chunk) => {
      written[name === 'stdout' ? 'out' : 'err'] += String(chunk);
      return true;
    }),
  );
  try {
    const status = await main(['node', 'weir', ...args]);
    return { status, ...written };
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
}

/** Writes a file of these bytes, and runs `weir replay` over it. */
async function replay(name: string, content: string | Uint8Array, ...args: readonly string[]): Promise<Ran> {
  const file = join(directory, name);
  await writeFile(file, content);
  return weir('replay', file, '--pipeline', PIPELINE, ...args);
}

describe('--quarantine', () => {
  it('writes what is set aside', async () => {
    const path = join(directory, 'aside.ndjson');

    expect(await replay('one.ndjson', 'nope\n', '--quarantine', path)).toMatchObject({ status: 0 });
    expect(JSON.parse(await readFile(path, 'utf8'))).toMatchObject({ reason: 'not-json' });
  });

  it.each([
    ['a file in no directory', () => join(directory, 'none', 'x'), 'its directory does not exist'],
    ['a directory', () => directory, 'it is a directory'],
  ])('refuses %s before anything is read', async (_what, path, problem) => {
    const { status, out, err } = await replay('one.ndjson', 'nope\n', '--quarantine', path());

    expect({ status, out }).toEqual({ status: 1, out: '' });
    expect(err).toBe(`weir: --quarantine ${path()} cannot be written: ${problem}; give the path of a file\n`);
  });
});

describe('the list of what is set aside', () => {
  it('tells events of one line apart by their place in it', async () => {
    const { err } = await replay('array.ndjson', '[{"a":1},{"a":2}]\n');

    expect(err).toMatch(/array\.ndjson:1 \[0\]: wrong-schema.*\n.*array\.ndjson:1 \[1\]: wrong-schema/);
  });

  it('tells user records of one Kinesis record apart too', () => {
    const list = new AsideList(undefined);
    const origin = { source: STREAM, shard: SHARD, sequence: '42', subSequence: 3 };
    for (const message of quarantineMessages({
      reason: 'not-json',
      detail: 'Unexpected end',
      origin,
      bytes: Buffer.of(),
    }))
      list.add(message);

    expect(list.text()).toContain(`  ${STREAM} ${SHARD} 42 [3]: not-json: Unexpected end (0 bytes)\n`);
  });
});

describe('a byte-order mark at the beginning', () => {
  const EVENTS = '\uFEFF{"at":1704067200000,"page":"a"}\n{"at":1704067201000,"page":"\uFEFF"}\n';
  const ARRAY = '\uFEFF[\n{"at":1704067200000,"page":"a"},\n{"at":1704067201000,"page":"a"}\n]\n';

  it.each<[what: string, name: string, content: string | Uint8Array]>([
    ['a plain file', 'marked.ndjson', EVENTS],
    ['a gzipped file', 'marked.ndjson.gz', gzipSync(EVENTS)],
    ['a value over several lines', 'marked.json', ARRAY],
  ])('of %s costs no event', async (_what, name, content) => {
    const { out, err } = await replay(name, content, '--format', 'ndjson');

    expect(err).toBe('');
    expect(JSON.parse(out.trimEnd().split('\n').at(-1) ?? '')).toMatchObject({ read: 2, applied: 2 });
  });
});

describe('what cannot be meant', () => {
  it('standard input twice is refused', async () => {
    expect(await weir('replay', '-', '-', '--pipeline', PIPELINE)).toEqual({
      status: 1,
      out: '',
      err: 'weir: - is given twice, but standard input can be read once only; leave one of them out\n',
    });
  });

  it.each([
    ['90s', 'weir: --resolution 90s is not a multiple of the pane of 1m of views; take 1m or 2m\n'],
    ['7m', 'weir: --resolution 7m is not a multiple of the pane of 5m of visits; take 5m or 10m\n'],
  ])('a resolution of %s is refused with the nearest that can be', async (resolution, err) => {
    expect(await replay('none.ndjson', '', '--resolution', resolution)).toEqual({ status: 1, out: '', err });
  });
});

it('weir --version prints the version of the package', async () => {
  const { version } = JSON.parse(await readFile('package.json', 'utf8')) as { readonly version: string };

  expect(await weir('--version')).toEqual({ status: 0, out: `${version}\n`, err: '' });
});
