import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { count, definePipeline, sum } from '../../lib/index.ts';
import { foldBatch } from '../../lib/fold/batch.ts';
import { resultsOf, type Pane } from '../../lib/fold/pane.ts';
import { laneBatch, sequence, SHARD, STREAM, streamRecord } from '../support/kinesis.ts';
import { minutes, pipeline, T0 } from '../support/pipeline.ts';

const view = (n: number, minute: number, over: object = {}) =>
  streamRecord(n, { at: minutes(minute), page: 'home', user: 'ann', ms: 10, ...over });

describe('foldBatch', () => {
  it('folds records into panes and says how far the lane is then', () => {
    const batch = foldBatch(pipeline, laneBatch([view(1, 0), view(2, 1), view(3, 0.4)]), undefined);

    expect(batch.progress).toEqual({ mark: sequence(3), maxEventTime: minutes(1) });
    expect(
      batch.panes.map(({ aggregate, start, records, first, last }) => [
        aggregate.name,
        start,
        records,
        first,
        last,
      ]),
    ).toEqual([
      ['views', T0, 2, sequence(1), sequence(3)],
      ['visits', T0, 3, sequence(1), sequence(3)],
      ['views', minutes(1), 1, sequence(2), sequence(2)],
    ]);
    expect([batch.fresh, batch.repeated]).toEqual([3, 0]);
  });

  it('passes over records at or below the mark, though they are sent again in the middle of a batch', () => {
    const before = { mark: sequence(2), maxEventTime: minutes(1) };

    const batch = foldBatch(pipeline, laneBatch([1, 2, 3, 3, 2, 4].map((n) => view(n, 1))), before);

    expect([batch.fresh, batch.repeated]).toEqual([2, 4]);
    expect(batch.panes[0]).toMatchObject({ records: 2, first: sequence(3), last: sequence(4) });
  });

  it('has no progress when nothing in it is new', () => {
    const before = { mark: sequence(9), maxEventTime: minutes(1) };

    expect(foldBatch(pipeline, laneBatch([view(9, 1)]), before)).toMatchObject({
      panes: [],
      progress: undefined,
    });
  });

  it('compares sequence numbers of 56 digits as whole numbers', () => {
    const lane = laneBatch([
      { ...view(1, 0), sequence: '9'.repeat(55) },
      { ...view(1, 0), sequence: `1${'0'.repeat(55)}` },
    ]);

    expect(foldBatch(pipeline, lane, undefined).panes[0]).toMatchObject({
      records: 2,
      last: `1${'0'.repeat(55)}`,
    });
  });

  it('sets a record aside with its bytes and origin, and goes on', () => {
    const batch = foldBatch(
      pipeline,
      laneBatch([view(1, 0), streamRecord(2, Buffer.from('nope')), view(3, 0), view(4, 0, { page: 7 })]),
      undefined,
    );

    expect(batch.panes[0]).toMatchObject({ records: 2, last: sequence(3) });
    expect(batch.quarantined).toMatchObject([
      {
        reason: 'not-json',
        bytes: Buffer.from('nope'),
        origin: { source: STREAM, shard: SHARD, sequence: sequence(2) },
      },
      { reason: 'wrong-schema', origin: { sequence: sequence(4) } },
    ]);
    expect(batch.progress).toEqual({ mark: sequence(4), maxEventTime: T0 });
  });

  it('moves the lane past records that are all set aside, without a time', () => {
    const batch = foldBatch(pipeline, laneBatch([streamRecord(1, 'nope')]), undefined);

    expect(batch.progress).toEqual({ mark: sequence(1), maxEventTime: -Infinity });
  });

  it('judges a record by its arrival', () => {
    const batch = foldBatch(pipeline, laneBatch([{ ...view(1, 0), arrival: minutes(-61) }]), undefined);

    expect(batch.quarantined).toMatchObject([{ reason: 'too-far-ahead' }]);
  });

  it('lists a late record with the watermark before it, and names it in the panes that it is late for', () => {
    const batch = foldBatch(pipeline, laneBatch([view(1, 3), view(2, 0), view(3, 0)]), undefined);

    expect(batch.late).toEqual([
      { record: view(2, 0), watermark: minutes(2.5) },
      { record: view(3, 0), watermark: minutes(2.5) },
    ]);
    expect(
      batch.panes.map(({ aggregate, start, records, late }) => [aggregate.name, start, records, late]),
    ).toEqual([
      ['views', minutes(3), 1, undefined],
      ['visits', T0, 3, undefined],
      ['views', T0, 0, [sequence(2), sequence(3)]],
    ]);
  });

  it('takes nothing for late where it is lenient, and says the same of the lane', () => {
    const lane = laneBatch([view(1, 3), view(2, 0), streamRecord(3, 'nope'), view(4, 20), view(5, 0)]);
    const before = { mark: sequence(0), maxEventTime: minutes(10) };

    const lenient = foldBatch(pipeline, lane, before, { lenient: true });
    const strict = foldBatch(pipeline, lane, before);

    expect(
      lenient.panes.map(({ aggregate, start, records, late }) => [aggregate.name, start, records, late]),
    ).toEqual([
      ['views', minutes(3), 1, undefined],
      ['visits', T0, 3, undefined],
      ['views', T0, 2, undefined],
      ['views', minutes(20), 1, undefined],
      ['visits', minutes(20), 1, undefined],
    ]);
    expect(lenient.late).toEqual([]);
    expect(strict.late).toHaveLength(3);
    expect(lenient.progress).toEqual(strict.progress);
    expect(lenient.quarantined).toEqual(strict.quarantined);
  });

  it('folds a record as a whole or not at all: what the last aggregate refuses is in none', () => {
    const picky = definePipeline(z.object({ a: z.unknown(), b: z.unknown() }), {
      eventTime: () => T0,
      aggregates: {
        first: { key: {}, pane: '1m', measures: { n: count(), a: sum((event) => event.a as number) } },
        last: { key: {}, pane: '1m', measures: { b: sum((event) => event.b as number) } },
      },
    });
    const value = fc.oneof(fc.integer({ min: 0, max: 9 }), fc.constant('bad'));
    fc.assert(
      fc.property(fc.array(fc.record({ a: value, b: value }), { maxLength: 20 }), (events) => {
        const batch = foldBatch(
          picky,
          laneBatch(events.map((event, n) => streamRecord(n, event))),
          undefined,
        );

        const whole = events.filter(({ a, b }) => a !== 'bad' && b !== 'bad') as { a: number; b: number }[];
        const total = (of: 'a' | 'b') => whole.reduce((sum, event) => sum + event[of], 0);
        expect(batch.quarantined).toHaveLength(events.length - whole.length);
        expect(batch.panes.map(({ aggregate, accs }) => resultsOf(aggregate, accs))).toEqual(
          whole.length === 0 ? [] : [{ n: whole.length, a: total('a') }, { b: total('b') }],
        );
      }),
    );
  });

  it('gives the same panes and verdicts wherever the records are split into batches', () => {
    const events = fc.array(fc.integer({ min: 0, max: 12 }), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(events, fc.array(fc.nat(30)), (times, cuts) => {
        const records = times.map((minute, n) => view(n, minute / 2));
        const whole = foldBatch(pipeline, laneBatch(records), undefined);

        let before = undefined as (typeof whole)['progress'];
        let folded = 0;
        const late: string[] = [];
        const latePanes: string[] = [];
        const edges = [
          0,
          ...new Set(cuts.filter((cut) => cut < records.length).sort((a, b) => a - b)),
          records.length,
        ];
        for (let i = 1; i < edges.length; i++) {
          const part = foldBatch(pipeline, laneBatch(records.slice(edges[i - 1], edges[i])), before);
          before = part.progress ?? before;
          late.push(...part.late.map(({ record }) => record.sequence));
          for (const pane of part.panes) latePanes.push(...namesOf(pane));
          folded += part.panes.reduce((sum, pane) => sum + pane.records, 0);
        }

        expect(before).toEqual(whole.progress);
        expect(late).toEqual(whole.late.map(({ record }) => record.sequence));
        expect(latePanes.sort()).toEqual(whole.panes.flatMap(namesOf).sort());
        expect(folded).toBe(whole.panes.reduce((sum, pane) => sum + pane.records, 0));
      }),
    );
  });
});

/** Names what a pane's records came too late for. */
function namesOf({ aggregate, key, start, late = [] }: Pane): string[] {
  return late.map((sequence) => `${aggregate.name} ${key} ${start} ${sequence}`);
}
