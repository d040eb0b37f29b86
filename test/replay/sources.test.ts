import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { resultsOf } from '../../lib/fold/pane.ts';
import type { Pipeline } from '../../lib/pipeline/pipeline.ts';
import type { QuarantineMessage } from '../../lib/quarantine/message.ts';
import { runReplay, type RunOptions } from '../../lib/replay/run.ts';
import { kinesisRecordIn } from '../support/lanes.ts';
import market from '../support/market.ts';
import { minutes } from '../support/pipeline.ts';

const bid = (minute: number, price = 1) => ({ type: 'bid', at: minutes(minute), auction: 'a', price });
const order = (minute: number, amount = 1) => ({ at: minutes(minute), amount });
const click = { type: 'click' };

const strict: Pipeline = { ...market, unmatched: 'quarantine' };
/** Each kind is told by a field of its own value. */
const byField: Pipeline = {
  ...strict,
  sources: market.sources.map((source) =>
    source.stream === 'orders' ? { ...source, when: { type: ['order'] } } : source,
  ),
};

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'weir-replay-sources-'));
});
afterAll(async () => {
  await rm(directory, { recursive: true });
});

async function file(name: string, values: readonly unknown[]): Promise<string> {
  const path = join(directory, name);
  await writeFile(path, values.map((value) => `${JSON.stringify(value)}\n`).join(''));
  return path;
}

/** Replays sources; gives what became of the records, and the panes' results by aggregate. */
async function replay(pipeline: Pipeline, sources: RunOptions['sources'], stdin: readonly unknown[] = []) {
  const panes: Record<string, unknown> = {};
  const aside: QuarantineMessage[] = [];
  const counts = await runReplay({
    pipeline,
    sources,
    stdin: Readable.from(stdin.map((value) => Buffer.from(`${JSON.stringify(value)}\n`))),
    sink: {
      pane: ({ aggregate, accs }) => (panes[aggregate.name] = resultsOf(aggregate, accs)),
      alert: () => undefined,
      aside: (message) => aside.push(message),
    },
  });
  return { counts, panes, aside };
}

const both = {
  bidding: { n: 1, total: 3, highest: 3 },
  paid: { n: 1, total: 3 },
  sales: { n: 1, revenue: 5 },
};

describe('a replay of several sources', () => {
  it('finds the source of plain events by their fields, where these tell all apart', async () => {
    const mixed = await file('mixed.ndjson', [bid(0, 3), { type: 'order', ...order(0, 5) }]);

    expect(await replay(byField, [mixed])).toMatchObject({ panes: both, counts: { read: 2, applied: 2 } });
  });

  it('is told the stream of plain events', async () => {
    const bids = await file('bids.ndjson', [bid(0, 3)]);
    const orders = await file('orders.ndjson', [order(0, 5)]);
    const sources = [
      { path: bids, stream: 'events' },
      { path: orders, stream: 'orders' },
    ];

    expect(await replay(market, sources)).toMatchObject({ panes: both, counts: { read: 2, applied: 2 } });
  });

  it('is told the stream of standard input', async () => {
    expect((await replay(market, [{ path: '-', stream: 'orders' }], [order(0, 5)])).panes).toEqual({
      sales: both.sales,
    });
  });

  it('knows the streams of recorded Lambda events, whatever it is told of the file', async () => {
    const recorded = await file('recorded.ndjson', [
      {
        Records: [
          kinesisRecordIn('weir-dev-events', 1, bid(0, 3)),
          kinesisRecordIn('weir-dev-orders', 1, order(0, 5)),
        ],
      },
    ]);

    expect((await replay(market, [recorded])).panes).toEqual(both);
    expect((await replay(market, [{ path: recorded, stream: 'orders' }])).panes).toEqual(both);
  });

  it('ends with the choices where nothing says the stream of a plain event', async () => {
    const path = await file('plain.ndjson', [bid(0)]);

    await expect(replay(market, [path])).rejects.toThrow(
      `${path}: its events do not say which of the pipeline's streams they came in; write events=${path} or orders=${path}`,
    );
    await expect(replay(market, ['-'], [bid(0)])).rejects.toThrow(
      "standard input: its events do not say which of the pipeline's streams they came in; write events=- or orders=-",
    );
  });

  it('passes over what is of no source, and counts it', async () => {
    const path = await file('clicks.ndjson', [bid(0, 3), click, [click, click]]);
    const recorded = await file('recorded-clicks.ndjson', [
      {
        Records: [kinesisRecordIn('weir-dev-events', 1, click), kinesisRecordIn('weir-dev-events', 1, click)],
      },
    ]);

    const { counts, aside } = await replay(market, [{ path, stream: 'events' }, recorded]);

    expect(counts).toEqual({ read: 6, applied: 1, late: 0, quarantined: 0, ignored: 4, repeated: 1 });
    expect(aside).toEqual([]);
  });

  it('sets it aside unless the pipeline passes it over', async () => {
    const path = await file('unknown.ndjson', [click]);

    const { counts, aside } = await replay(strict, [{ path, stream: 'events' }]);

    expect(counts).toMatchObject({ read: 1, quarantined: 1, ignored: 0 });
    expect(aside).toMatchObject([{ reason: 'unknown-type', origin: { source: path, line: 1 } }]);
  });

  it('holds a watermark for each lane', async () => {
    const [ahead, behind] = [
      await file('ahead.ndjson', [bid(0), bid(90)]),
      await file('behind.ndjson', [order(0), order(1)]),
    ];
    const { counts } = await replay(market, [
      { path: ahead, stream: 'events' },
      { path: behind, stream: 'orders' },
    ]);

    expect(counts).toMatchObject({ read: 4, applied: 4, late: 0 });
  });
});
