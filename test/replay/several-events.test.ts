import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { resultsOf } from '../../lib/fold/pane.ts';
import type { QuarantineMessage } from '../../lib/quarantine/message.ts';
import { runReplay } from '../../lib/replay/run.ts';
import { kinesisRecord, sequence, SHARD, STREAM } from '../support/kinesis.ts';
import { arrayOf, controlMessage, packed, PACKINGS, view } from '../support/packing.ts';
import { pipeline } from '../support/pipeline.ts';

describe('a replay of several events in one', () => {
  async function replayed(...lines: readonly string[]) {
    const aside: QuarantineMessage[] = [];
    const panes: unknown[] = [];
    const counted = await runReplay({
      pipeline,
      sources: ['-'],
      stdin: Readable.from([Buffer.from(lines.map((line) => `${line}\n`).join(''))]),
      sink: {
        pane: ({ aggregate, key, start, accs }) =>
          panes.push([aggregate.name, key, start, resultsOf(aggregate, accs)]),
        alert: () => undefined,
        aside: (message) => aside.push(message),
      },
    });
    return { counted, aside, panes };
  }

  it.each(PACKINGS)('folds recorded records that are %s as live, each event once', async (packing) => {
    const event = JSON.stringify({
      Records: [
        kinesisRecord(1, packed([view(0), { page: 7 }, view(0)], packing)),
        kinesisRecord(2, controlMessage),
        kinesisRecord(3, view(0)),
      ],
    });

    const { counted, aside } = await replayed(event, event);

    expect(counted).toEqual({ read: 8, applied: 3, late: 0, quarantined: 1, ignored: 0, repeated: 4 });
    expect(aside.map(({ origin }) => origin)).toEqual([
      { source: STREAM, shard: SHARD, sequence: sequence(1), subSequence: 1, line: 1 },
    ]);
  });

  it('sets records aside that hold no event, as live', async () => {
    const broken = [Buffer.from('[]'), gzipSync('{}').subarray(0, 12), Buffer.from('{}\n'.repeat(100_001))];

    const { counted, aside } = await replayed(
      JSON.stringify({ Records: broken.map((bytes, i) => kinesisRecord(i + 1, bytes)) }),
    );

    expect(counted).toMatchObject({ read: 3, quarantined: 3 });
    expect(aside.filter(({ part }) => part === 1).map(({ reason }) => reason)).toEqual([
      'no-events',
      'bad-gzip',
      'too-large',
    ]);
  });

  it('takes a line that is an array for the events in it, and names the line', async () => {
    const array = String(arrayOf(view(0), { page: 7 }, view(1)));

    const { counted, aside, panes } = await replayed(
      JSON.stringify(view(0)),
      array,
      '[]',
      JSON.stringify(view(0)),
    );

    expect(counted).toEqual({ read: 6, applied: 4, late: 0, quarantined: 2, ignored: 0, repeated: 0 });
    expect(aside).toMatchObject([
      {
        id: '-:1:2',
        reason: 'wrong-schema',
        origin: { source: '-', line: 2, subSequence: 1 },
        data: Buffer.from('{"page":7}').toString('base64'),
      },
      { id: '-:3', reason: 'no-events', origin: { source: '-', line: 3 } },
    ]);
    const plain = [view(0), view(0), view(1), view(0)].map((event) => JSON.stringify(event));
    expect(panes).toEqual((await replayed(...plain)).panes);
  });

  it('takes an array over several lines for the events in it, each of which may be as long as a record', async () => {
    const padding = 'x'.repeat(1 << 20);
    const all = [view(0), view(0, { padding: padding.slice(99) }), view(0, { padding })];

    const { counted, aside } = await replayed(JSON.stringify(all, null, 1));

    expect(counted).toMatchObject({ read: 3, applied: 2, quarantined: 1 });
    expect(aside[0]).toMatchObject({ reason: 'too-large', origin: { source: '-', line: 1, subSequence: 2 } });
  });
});
