import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeKinesisEvent } from '../../lib/decode/kinesis-event.ts';
import { userRecords } from '../../lib/decode/kpl.ts';
import type { LaneBatch } from '../../lib/decode/record.ts';
import { foldBatch } from '../../lib/fold/batch.ts';
import type { LaneProgress } from '../../lib/fold/lane.ts';
import type { QuarantineMessage } from '../../lib/quarantine/message.ts';
import { runReplay } from '../../lib/replay/run.ts';
import {
  data,
  kinesisRecord,
  kplBytes,
  kplKinesisRecord,
  sequence,
  SHARD,
  STREAM,
} from '../support/kinesis.ts';
import { minutes, pipeline } from '../support/pipeline.ts';

const MAGIC = Buffer.of(0xf3, 0x89, 0x9a, 0xc2);

/** A message between magic and checksum, as the KPL sends it. */
function sealed(message: Uint8Array): Buffer {
  return Buffer.concat([MAGIC, message, createHash('md5').update(message).digest()]);
}

const messageOf = (bytes: Buffer): Buffer => bytes.subarray(4, -16);

function laneOf(...records: unknown[]): LaneBatch {
  const { lanes, quarantined } = decodeKinesisEvent({ Records: records });
  expect(quarantined).toEqual([]);
  return lanes[0]!;
}

describe('userRecords', () => {
  it('gives back what was aggregated, in order', () => {
    const contents = fc.array(fc.uint8Array({ maxLength: 300 }), { minLength: 1, maxLength: 200 });
    fc.assert(
      fc.property(contents, fc.option(fc.bigInt({ min: 0n, max: 2n ** 128n - 1n })), (all, hashKey) => {
        const buffers = all.map((bytes) => Buffer.from(bytes));
        const bytes = kplBytes(buffers, hashKey === null ? {} : { hashKey: String(hashKey) });

        expect(userRecords(data(bytes))).toEqual(buffers);
      }),
    );
  });

  it('takes a record that was not aggregated for none', () => {
    expect(userRecords(data({ page: 'home' }))).toBeUndefined();
    expect(userRecords('')).toBeUndefined();
  });

  it.each<[string, Buffer]>([
    ['of the magic alone', MAGIC],
    ['too short for a checksum', Buffer.concat([MAGIC, Buffer.alloc(15)])],
    ['with a fourth byte that only begins like the magic', sealedWith(0xc3)],
    ['with no user records', sealed(Buffer.of())],
    ['with keys but no user records', sealed(Buffer.of(0x0a, 0x01, 0x61))],
    ['without a user record’s data', sealed(Buffer.of(0x1a, 0x02, 0x08, 0x00))],
    ['that nests groups without end', sealed(Buffer.alloc(100_000, 0x0b))],
    ['that is JSON after the magic', sealed(Buffer.from('{"page":"home"}'))],
  ])('takes a record %s for none', (_what, bytes) => {
    expect(userRecords(data(bytes))).toBeUndefined();
  });

  it('takes a record for none of which any bit has changed', () => {
    const bytes = kplBytes([{ page: 'home' }, { page: 'cart' }]);
    fc.assert(
      fc.property(fc.nat(bytes.length * 8 - 1), (bit) => {
        const broken = Buffer.from(bytes);
        broken.writeUInt8(broken.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);

        expect(userRecords(data(broken))).toBeUndefined();
      }),
    );
  });

  it('reads no user record by halves where a message was cut before its checksum was made', () => {
    const contents = ['home', 'cart', 'help'].map((page) => Buffer.from(JSON.stringify({ page })));
    const message = messageOf(kplBytes([{ page: 'home' }, { page: 'cart' }, { page: 'help' }]));

    for (let length = 0; length < message.length; length++) {
      const read = userRecords(data(sealed(message.subarray(0, length)))) ?? [];

      expect(read.length).toBeLessThan(contents.length);
      expect(read).toEqual(contents.slice(0, read.length));
    }
  });

  // As serverless.yml has it bundled: there is no `require`, and the library finds other types to read into.
  it('reads the same in an ESM bundle', async () => {
    const { outputFiles } = await build({
      entryPoints: [fileURLToPath(new URL('../../lib/decode/kpl.ts', import.meta.url))],
      bundle: true,
      minify: true,
      format: 'esm',
      mainFields: ['module', 'main'],
      platform: 'node',
      target: 'node22',
      write: false,
    });
    const source = Buffer.from(outputFiles[0]!.contents).toString('base64');
    const bundled = (await import(`data:text/javascript;base64,${source}`)) as {
      userRecords: typeof userRecords;
    };
    const contents = [{ page: 'home' }, Buffer.of(), Buffer.of(0, 255)];

    expect(bundled.userRecords(data(kplBytes(contents)))?.map(data)).toEqual(contents.map(data));
  });

  it('never throws over any message', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (message) => {
        const read = userRecords(data(sealed(message)));

        expect(read === undefined || read.length > 0).toBe(true);
      }),
    );
  });
});

function sealedWith(fourth: number): Buffer {
  const bytes = Buffer.from(kplBytes([{ page: 'home' }]));
  bytes.writeUInt8(fourth, 3);
  return bytes;
}

describe('the records of a Kinesis event with aggregated ones', () => {
  it('are the user records, each with a sequence of its own and the arrival of all', () => {
    const lane = laneOf(
      kinesisRecord(1, { page: 'home' }),
      kplKinesisRecord(2, [{ page: 'cart' }, { page: 'help' }], { arrival: 1_545_084_650_987 }),
    );

    expect(lane.records).toEqual([
      { sequence: sequence(1), arrival: undefined, data: data({ page: 'home' }) },
      { sequence: `${sequence(2)}.000000`, arrival: 1_545_084_650_987, data: data({ page: 'cart' }) },
      { sequence: `${sequence(2)}.000001`, arrival: 1_545_084_650_987, data: data({ page: 'help' }) },
    ]);
  });

  it('are the record as it stands if it is damaged', () => {
    const damaged = MAGIC.toString('base64');

    expect(laneOf(kinesisRecord(1, MAGIC)).records).toEqual([
      { sequence: sequence(1), arrival: undefined, data: damaged },
    ]);
  });
});

const view = (minute: number) => ({ at: minutes(minute), page: 'home', user: 'ann', ms: 10 });
const fold = (lane: LaneBatch, before?: LaneProgress) => foldBatch(pipeline, lane, before);

describe('foldBatch over aggregated records', () => {
  const lane = laneOf(kplKinesisRecord(1, [view(0), view(0), view(0)]), kinesisRecord(2, view(0)));

  it('folds each user record, though they share one sequence number', () => {
    const batch = fold(lane);

    expect([batch.fresh, batch.repeated]).toEqual([4, 0]);
    expect(batch.panes[0]).toMatchObject({
      records: 4,
      first: `${sequence(1)}.000000`,
      last: sequence(2),
    });
  });

  it('folds none of them twice when the record comes again', () => {
    const first = laneOf(kplKinesisRecord(1, [view(0), view(0), view(0)]));
    const again = { ...lane, records: [...first.records, ...lane.records] };

    expect([fold(again).fresh, fold(again).repeated]).toEqual([4, 3]);
    expect(fold(first, fold(first).progress)).toMatchObject({ panes: [], fresh: 0, repeated: 3 });
  });

  it('folds the rest alone where the lane stands in the middle of a record', () => {
    const batch = fold(lane, { mark: `${sequence(1)}.000001`, maxEventTime: minutes(0) });

    expect([batch.fresh, batch.repeated]).toEqual([2, 2]);
    expect(batch.panes[0]).toMatchObject({ records: 2, first: `${sequence(1)}.000002` });
  });

  it('sets a user record aside by itself, and says where in which record it was', () => {
    const { quarantined, fresh } = fold(laneOf(kplKinesisRecord(1, [view(0), Buffer.from('nope'), view(0)])));

    expect(fresh).toBe(3);
    expect(quarantined).toMatchObject([
      { reason: 'not-json', origin: { sequence: sequence(1), subSequence: 1 }, bytes: Buffer.from('nope') },
    ]);
  });

  it('sets a damaged record aside whole', () => {
    const bytes = Buffer.concat([kplBytes([view(0), view(0)]), Buffer.of(0)]);

    const { panes, quarantined } = fold(laneOf(kinesisRecord(1, bytes)));

    expect(panes).toEqual([]);
    expect(quarantined).toMatchObject([{ reason: 'not-json', bytes }]);
    expect(quarantined[0]?.origin).not.toHaveProperty('subSequence');
  });
});

describe('a replay of aggregated records', () => {
  it('counts user records, each once, and says where in which record one set aside was', async () => {
    const event = JSON.stringify({
      Records: [kplKinesisRecord(1, [view(0), Buffer.from('nope'), view(0)]), kinesisRecord(2, view(0))],
    });
    const aside: QuarantineMessage[] = [];

    const counts = await runReplay({
      pipeline,
      sources: ['-'],
      stdin: Readable.from([Buffer.from(`${event}\n${event}\n`)]),
      sink: {
        pane: () => undefined,
        alert: () => undefined,
        aside: (message) => aside.push(message),
      },
    });

    expect(counts).toEqual({ read: 8, applied: 3, late: 0, quarantined: 1, ignored: 0, repeated: 4 });
    expect(aside.map(({ origin }) => origin)).toEqual([
      { source: STREAM, shard: SHARD, sequence: sequence(1), subSequence: 1, line: 1 },
    ]);
  });
});
