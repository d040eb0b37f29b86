import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { count, definePipeline, source } from '../../../lib/index.ts';
import { PlaybackError } from '../../../lib/local/playback/errors.ts';
import { EventReader } from '../../../lib/local/playback/event-reader.ts';
import { linesInMemory, linesOfFile } from '../../../lib/local/playback/recorded-lines.ts';
import { Recording, type RecordingOptions } from '../../../lib/local/playback/recording.ts';
import { parseSpeed, speedText } from '../../../lib/local/playback/speed.ts';
import { TimeShift } from '../../../lib/local/playback/time-shift.ts';
import { InputError } from '../../../lib/replay/input-error.ts';
import flights from '../../../pipeline.ts';
import market from '../../support/market.ts';

const DAY = 86_400_000;

const flight = (time: string): string =>
  `{"time":"${time}","origin":"ORD","destination":"SLC","delay":1,"distance":2}`;
const LINES = [
  'no event',
  flight('2001-06-14T10:00:00Z'),
  '{"time":"soon"}',
  flight('2001-06-14T12:00:00Z'),
  flight('2001-06-15T11:00:00+02:00'),
  '{',
];

function open(lines: readonly string[], more: Partial<RecordingOptions> = {}): Promise<Recording> {
  return Recording.open({
    pipeline: flights,
    lines: () => linesInMemory(lines),
    name: 'day.ndjson',
    ...more,
  });
}

async function pass(recording: Recording, number = 0): Promise<(string | Buffer)[]> {
  return (await collect(recording.events(number))).map(({ line }) => line);
}

async function collect<T>(pieces: AsyncIterable<readonly T[]>): Promise<T[]> {
  const all: T[] = [];
  for await (const piece of pieces) all.push(...piece);
  return all;
}

describe('parseSpeed', () => {
  test.each([
    ['1x', 1],
    ['60x', 60],
    ['0.5x', 0.5],
    ['.5X', 0.5],
    ['max', 'max'],
  ])('reads %s', (text, speed) => {
    expect(parseSpeed(text)).toBe(speed);
  });

  test.each(['', '60', '0x', '-1x', 'x', '1e3x', 'fast', '1xx'])("refuses '%s'", (text) => {
    expect(() => parseSpeed(text)).toThrow(PlaybackError);
  });

  test('reads what speedText writes', () => {
    for (const speed of [1, 0.25, 3_600, 'max'] as const) expect(parseSpeed(speedText(speed))).toBe(speed);
  });
});

describe('a recording', () => {
  test('has all lines in their order, with event times where they are events', async () => {
    const recording = await open(LINES);
    expect(await pass(recording)).toEqual(LINES);
    expect(recording).toMatchObject({
      total: 6,
      from: Date.UTC(2001, 5, 14, 10),
      to: Date.UTC(2001, 5, 15, 9),
    });
  });

  test('is cut by event time, half open; lines without go with the event before them', async () => {
    const from = Date.UTC(2001, 5, 14, 10);
    const to = Date.UTC(2001, 5, 15, 9);
    expect(await pass(await open(LINES, { from, to }))).toEqual(LINES.slice(1, 4));
    expect(await pass(await open(LINES, { from: from + 1 }))).toEqual(LINES.slice(3));
    expect(await pass(await open(LINES, { to: to + 1 }))).toEqual(LINES);
  });

  test('says so when nothing is left', async () => {
    await expect(open(LINES, { from: Date.UTC(2002, 0) })).rejects.toThrow(
      'day.ndjson: there is no event from 2002-01-01T00:00:00.000Z; its events are from 2001-06-14T10:00:00.000Z to 2001-06-15T09:00:00.000Z',
    );
    await expect(open([])).rejects.toThrow('day.ndjson: there is nothing to play');
  });

  test('comes again later, with whatever is no event as it was', async () => {
    const recording = await open(LINES, { loop: true });
    expect(recording.passMs).toBe(DAY);
    expect(await pass(recording, 2)).toEqual([
      'no event',
      flight('2001-06-16T10:00:00Z'),
      '{"time":"soon"}',
      flight('2001-06-16T12:00:00Z'),
      flight('2001-06-17T11:00:00+02:00'),
      '{',
    ]);
  });

  test('never comes again before it is over', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 0, max: 20 * DAY }), { minLength: 1, maxLength: 8 }),
        async (times) => {
          const lines = times.map((ms) => flight(new Date(Date.UTC(2001, 0, 1) + ms).toISOString()));
          const recording = await open(lines, { loop: true });
          expect(recording.passMs % DAY).toBe(0);
          expect(recording.from! + recording.passMs).toBeGreaterThanOrEqual(recording.to!);
        },
      ),
      { numRuns: 50 },
    );
  });

  test('refuses to come again when no line is an event', async () => {
    await expect(open(['{', 'x'], { loop: true })).rejects.toThrow('no line is an event of pipeline.ts');
  });
});

describe('events of a file', () => {
  let directory: string;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'weir-recording-'));
  });
  afterAll(() => rm(directory, { recursive: true, force: true }));

  async function linesOf(name: string, content: string | Buffer): Promise<(string | Buffer)[]> {
    const path = join(directory, name);
    await writeFile(path, content);
    return collect(linesOfFile(path));
  }

  test('come from lines, gzip, arrays and recorded Lambda events', async () => {
    expect(await linesOf('a.ndjson', '{"a":1}\n\n{"a":2}\n')).toEqual(['{"a":1}', '{"a":2}']);
    expect(await linesOf('b.ndjson.gz', gzipSync('{"a":1}\n'))).toEqual(['{"a":1}']);
    expect(await linesOf('c.json', '[\n {"a":1},\n {"a":2}\n]')).toEqual(['{"a":1}', '{"a":2}']);
    const Records = [{ a: 1 }, { a: 2 }].map((event, i) => ({
      eventSource: 'aws:kinesis',
      eventSourceARN: 'arn:aws:kinesis:us-east-1:000000000000:stream/events',
      eventID: `shardId-000000000000:${i}`,
      kinesis: { data: Buffer.from(JSON.stringify(event)).toString('base64'), sequenceNumber: String(i) },
    }));
    expect(await linesOf('d.ndjson', `${JSON.stringify({ Records })}\n`)).toEqual(['{"a":1}', '{"a":2}']);
  });

  test('must be in a file that is there, and that can be read again', async () => {
    await expect(linesOfFile(join(directory, 'none.ndjson')).next()).rejects.toThrow(InputError);
    await expect(linesOfFile('-').next()).rejects.toThrow('standard input cannot be played');
  });
});

const any = { a: { pane: '1h', key: {}, measures: { n: count() } } } as const;

function moved(
  pipeline: ConstructorParameters<typeof EventReader>[0],
  event: unknown,
  days: number,
): unknown {
  const reader = new EventReader(pipeline);
  const read = reader.read(JSON.stringify(event));
  if (read === undefined) throw new Error('no event');
  return JSON.parse(new TimeShift(reader).move(read, days));
}

describe('an event is moved in time', () => {
  const text = definePipeline(z.object({ at: z.string() }), { eventTime: (e) => e.at, aggregates: any });

  test.each([
    ['2024-02-28T10:00:00Z', '2024-03-01T10:00:00Z'],
    ['2023-12-31T23:59:59.123456Z', '2024-01-02T23:59:59.123456Z'],
    ['2024-02-28T10:00+05:30', '2024-03-01T10:00+05:30'],
    ['2024-02-28 10:00:00-0800', '2024-03-01 10:00:00-0800'],
    ['2024-02-28', '2024-03-01'],
  ])('in the form %s', (at, later) => {
    expect(moved(text, { at, other: '2024-02-28' }, 2)).toEqual({ at: later, other: '2024-02-28' });
  });

  test('as a number of milliseconds, seconds or microseconds', () => {
    const number = (eventTime: (at: number) => number): ReturnType<typeof definePipeline> =>
      definePipeline(z.object({ at: z.number() }), { eventTime: (e) => eventTime(e.at), aggregates: any });
    const ms = Date.UTC(2024, 0);
    expect(
      moved(
        number((at) => at),
        { at: ms },
        3,
      ),
    ).toEqual({ at: ms + 3 * DAY });
    expect(
      moved(
        number((at) => at * 1_000),
        { at: ms / 1_000 },
        3,
      ),
    ).toEqual({ at: ms / 1_000 + 259_200 });
    expect(
      moved(
        number((at) => at / 1_000),
        { at: ms * 1_000 },
        3,
      ),
    ).toEqual({ at: (ms + 3 * DAY) * 1_000 });
  });

  test('wherever the field stands, and however the schema and eventTime read it', () => {
    const nested = definePipeline(
      z.object({ meta: z.object({ list: z.array(z.object({ at: z.coerce.date() })) }), seen: z.string() }),
      { eventTime: (e) => e.meta.list[0]!.at, aggregates: any },
    );
    const event = {
      seen: '2024-01-01',
      meta: { list: [{ at: '2024-01-01T00:00:00Z' }, { at: '2024-01-01' }] },
    };
    expect(moved(nested, event, 1)).toEqual({
      seen: '2024-01-01',
      meta: { list: [{ at: '2024-01-02T00:00:00Z' }, { at: '2024-01-01' }] },
    });
    const latest = definePipeline(z.object({ a: z.number(), b: z.number() }), {
      eventTime: (e) => Math.min(e.a, e.b),
      aggregates: any,
    });
    const ms = Date.UTC(2024, 0);
    expect(moved(latest, { a: ms, b: ms }, 1)).toEqual({ a: ms + DAY, b: ms + DAY });
    const parts = definePipeline(z.object({ day: z.string(), time: z.string() }).readonly(), {
      eventTime: (e) => `${e.day}T${e.time}Z`,
      aggregates: any,
    });
    expect(moved(parts, { day: '2024-12-31', time: '10:00' }, 1)).toEqual({
      day: '2025-01-01',
      time: '10:00',
    });
  });

  test('by the field of its source', () => {
    const at = Date.UTC(2024, 0);
    expect(moved(market, { amount: 3, at }, 1)).toEqual({ amount: 3, at: at + DAY });
    expect(moved(market, { type: 'auction', auction: 'a', at }, 1)).toMatchObject({ at: at + DAY });
  });

  test('by exactly so many days, or not at all', () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date('1970-01-01'), max: new Date('9990-01-01'), noInvalidDate: true }),
        fc.integer({ min: 1, max: 3_000 }),
        (date, days) => {
          const later = new Date(date.getTime() + days * DAY).toISOString();
          expect(moved(text, { at: date.toISOString() }, days)).toEqual({ at: later });
        },
      ),
    );
  });

  test('not where the time stands in no field', async () => {
    const hidden = definePipeline({
      aggregates: {
        a: source(z.object({ id: z.string() }), {
          stream: 'orders',
          eventTime: (e) => Date.UTC(2024, 0) + e.id.length,
        }).aggregate(any.a),
      },
    });
    await expect(open(['{"id":"x"}'], { pipeline: hidden, loop: true })).rejects.toThrow(
      "events of the source of stream 'orders' cannot be moved in time for --loop",
    );
    expect((await open(['{"id":"x"}'], { pipeline: hidden })).total).toBe(1);
  });
});
