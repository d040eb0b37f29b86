import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AsideList } from '../../lib/cli/aside-list.ts';
import { quarantineMessages } from '../../lib/quarantine/message.ts';
import { SHARD, STREAM } from '../support/kinesis.ts';
import { weir, type Ran } from '../support/weir.ts';

const PIPELINE = fileURLToPath(new URL('pipeline.ts', import.meta.url));
const MARKET = fileURLToPath(new URL('../support/market.ts', import.meta.url));

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'weir-replay-'));
});
afterAll(async () => {
  await rm(directory, { recursive: true });
});

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

  it('names the window that a derived aggregate refused', () => {
    const list = new AsideList(undefined);
    const origin = { source: 'perPage', key: 'home', window: 'start/end', refusedBy: 'busiest' };
    const refused = { reason: 'author-error' as const, detail: 'too many', origin, bytes: Buffer.from('{}') };
    for (const message of quarantineMessages(refused)) list.add(message);

    expect(list.text()).toContain('  window of perPage home start/end: author-error: too many (2 bytes)\n');
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

/** The aggregates' lines of a replay, shortened. */
function rowsOf(out: string): string[] {
  const lines = out
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, string> & { measures: { n: number } });
  return lines
    .filter(({ type }) => type === 'aggregate')
    .map(({ aggregate, start, end, measures }) => `${aggregate} ${start}/${end} ${measures.n}`);
}

const FIVE = ['2024-01-01T00:00:30Z', '2024-01-01T00:01:00Z', '2024-01-01T00:06:00Z', '2024-01-02T04:59:00Z']
  .map((at) => `${JSON.stringify({ at, page: 'a' })}\n`)
  .join('');

describe('--window', () => {
  it('gives windows instead of panes', async () => {
    const { status, out } = await replay(
      'five.ndjson',
      FIVE,
      '--window',
      'tumbling(1d, offset=5h)',
      '--format',
      'ndjson',
    );

    expect(status).toBe(0);
    expect(rowsOf(out)).toEqual([
      'views 2023-12-31T05:00:00.000Z/2024-01-01T05:00:00.000Z 3',
      'visits 2023-12-31T05:00:00.000Z/2024-01-01T05:00:00.000Z 3',
      'views 2024-01-01T05:00:00.000Z/2024-01-02T05:00:00.000Z 1',
      'visits 2024-01-01T05:00:00.000Z/2024-01-02T05:00:00.000Z 1',
    ]);
  });

  it('gives every window that holds a pane', async () => {
    const { out } = await replay(
      'two.ndjson',
      FIVE.split('\n').slice(0, 2).join('\n'),
      ...['--window', 'sliding(2m, 1m)', '--aggregate', 'views', '--format', 'ndjson'],
    );

    expect(rowsOf(out)).toEqual([
      'views 2023-12-31T23:59:00.000Z/2024-01-01T00:01:00.000Z 1',
      'views 2024-01-01T00:00:00.000Z/2024-01-01T00:02:00.000Z 2',
      'views 2024-01-01T00:01:00.000Z/2024-01-01T00:03:00.000Z 1',
    ]);
  });

  it.each([
    ['tumbling(90)', "weir: --window: size of tumbling('90'): '90' is not a duration; write a whole number"],
    ['1h', "weir: --window: '1h' is not a window; write one such as 'tumbling(1h)'"],
    [
      'tumbling(1m)',
      'weir: --window tumbling(1m) has a size of 1m, which is not a multiple of the pane of 5m of visits; take 5m, or a pane that divides it, or name other aggregates with --aggregate\n',
    ],
    ['sliding(5m, 10m)', 'weir: --window sliding(5m, 10m) slides by 10m, more than its size of 5m'],
  ])('refuses %s', async (window, err) => {
    const ran = await replay('none.ndjson', '', '--window', window, '--format', 'ndjson');

    expect(ran).toMatchObject({ status: 1, out: '' });
    expect(ran.err).toContain(err);
  });

  it('does not go with --resolution, nor with a table', async () => {
    const both = await replay('none.ndjson', '', '--window', 'tumbling(1h)', '--resolution', '1h');
    const table = await replay('none.ndjson', '', '--window', 'tumbling(1h)');

    expect(both.err).toMatch(/^weir: --resolution and --window both say what panes are merged to; leave one/);
    expect(table.err).toMatch(/^weir: --window goes with --format ndjson or json: /);
    expect([both.status, table.status]).toEqual([1, 1]);
  });
});

describe('--until', () => {
  const busy = [0, 1, 2, 3, 4]
    .map((second) => `${JSON.stringify({ at: Date.UTC(2024, 0, 1) + second * 1000, page: 'a' })}\n`)
    .join('');

  it('goes on in silence: alerts are judged, and people told, after the last event', async () => {
    const without = await replay('until.ndjson', busy);
    const { out } = await replay('until.ndjson', busy, '--until', '2024-01-01T00:10Z');

    expect(without.out).not.toContain('busy');
    expect(out).toContain('2024-01-01T00:02:00.000Z FIRING     busy page=a warning  ');
    expect(out).toContain('2024-01-01T00:04:00.000Z resolved   busy page=a warning  ');
    expect(out).toContain('\n2 notices to people\n');
  });

  it('has to be a time', async () => {
    expect(await replay('until.ndjson', busy, '--until', 'noon')).toMatchObject({
      status: 1,
      err: expect.stringMatching(/^weir: --until 'noon' is not ISO 8601 with a zone/) as string,
    });
  });
});

describe('--aggregate', () => {
  it('picks what is given, and counts everything', async () => {
    const events = [0, 1, 2, 3, 4, 300].map((second) => ({
      at: Date.UTC(2024, 0, 1) + second * 1000,
      page: 'a',
    }));
    const content = events.map((event) => `${JSON.stringify(event)}\n`).join('');
    const typesOf = async (...args: string[]): Promise<unknown[]> => {
      const { out } = await replay('busy.ndjson', content, '--format', 'ndjson', ...args);
      const lines = out
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as Record<string, unknown>);
      return lines.map(
        ({ type, aggregate, alert, state, kind, read }) =>
          aggregate ?? (alert === undefined ? [type, read] : (state ?? `told: ${String(kind)}`)),
      );
    };

    expect(await typesOf('--aggregate', 'visits')).toEqual(['visits', 'visits', ['summary', 6]]);
    expect(await typesOf('--aggregate', 'views')).toEqual([
      'firing',
      'told: firing',
      'resolved',
      'told: resolved',
      'views',
      'views',
      ['summary', 6],
    ]);
    expect(await typesOf('--aggregate', 'views', '--aggregate', 'visits')).toEqual(await typesOf());
  });

  it('leaves the others out of the tables too', async () => {
    const { out } = await replay('one-table.ndjson', FIVE, '--aggregate', 'visits');

    expect(out).toContain('\nvisits\n');
    expect(out).not.toContain('views');
  });

  it('refuses a name that there is not', async () => {
    expect(await replay('none.ndjson', '', '--aggregate', 'view')).toEqual({
      status: 1,
      out: '',
      err: 'weir: --aggregate view: the pipeline has no such aggregate; it has views, visits\n',
    });
  });
});

describe('STREAM=FILE', () => {
  const ORDER = '{"at":1704067200000,"amount":5}\n';
  const BID = '{"type":"bid","at":1704067200000,"auction":"a","price":3}\n';

  /** Runs `weir replay` of the pipeline of two streams; gives the summary that it printed, or its error. */
  async function summaryOf(...args: readonly string[]): Promise<unknown> {
    const { out, err } = await weir('replay', ...args, '--pipeline', MARKET, '--format', 'ndjson');
    return err === '' ? JSON.parse(out.trimEnd().split('\n').at(-1) ?? '') : err;
  }

  it('says the stream that the events of a file came in', async () => {
    const [bids, orders] = [join(directory, 'bids.ndjson'), join(directory, 'orders.ndjson')];
    await writeFile(bids, `${BID}{"type":"click"}\n`);
    await writeFile(orders, ORDER);

    expect(await summaryOf(`events=${bids}`, `orders=${orders}`)).toMatchObject({
      read: 3,
      applied: 2,
      quarantined: 0,
      ignored: 1,
    });
    const table = await weir('replay', `events=${bids}`, '--pipeline', MARKET);
    expect(table.out).toContain('2 read: 1 applied, 0 late, 0 quarantined, 1 ignored; ');
  });

  it('refuses a stream that the pipeline does not have', async () => {
    expect(await summaryOf('order=orders.ndjson')).toBe(
      'weir: order=orders.ndjson: the pipeline has no stream order; its streams are events, orders\n',
    );
  });

  it('is wanted of plain events that may be of several', async () => {
    const path = join(directory, 'any.ndjson');
    await writeFile(path, ORDER);

    expect(await summaryOf(path)).toBe(
      `weir: ${path}: its events do not say which of the pipeline's streams they came in; write events=${path} or orders=${path}\n`,
    );
  });

  it('refuses standard input twice, whatever stream it is of', async () => {
    expect(await summaryOf('events=-', 'orders=-')).toContain('- is given twice');
  });

  it('leaves a file be whose own name has the sign in it', async () => {
    const before = process.cwd();
    await writeFile(join(directory, 'events=1.ndjson'), '{"at":1704067200000,"page":"a"}\n');
    process.chdir(directory);
    try {
      const { status, err } = await weir('replay', 'events=1.ndjson', '--pipeline', PIPELINE);

      expect({ status, err }).toEqual({ status: 0, err: '' });
    } finally {
      process.chdir(before);
    }
  });
});

it('weir --version prints the version of the package', async () => {
  const { version } = JSON.parse(await readFile('package.json', 'utf8')) as { readonly version: string };

  expect(await weir('--version')).toEqual({ status: 0, out: `${version}\n`, err: '' });
});
