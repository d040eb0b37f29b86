import { describe, expect, it } from 'vitest';
import { foldBatch } from '../../lib/fold/batch.ts';
import { userSequence } from '../../lib/fold/sequence.ts';
import { leftOutRecords } from '../../lib/quarantine/left-out.ts';
import type { LeftOut } from '../../lib/store/apply.ts';
import { laneBatch, sequence, SHARD, STREAM, streamRecord } from '../support/kinesis.ts';
import { minutes, pipeline } from '../support/pipeline.ts';

const content = (minute: number) => ({ at: minutes(minute), page: 'home', user: 'ann', ms: 1 });
const view = (n: number, minute: number) => streamRecord(n, content(minute));

// Record 1 sets the watermark to 2.5 minutes; records 2 and 4 are late for views by it, record 3 is not.
const lane = laneBatch([view(1, 3), view(2, 0), view(3, 3), view(4, 1)]);
const batch = foldBatch(pipeline, lane, undefined);
const left = (n: number, why: LeftOut['why'], aggregate = 'views'): LeftOut => ({
  sequence: sequence(n),
  aggregate,
  why,
});

const told = (leftOut: readonly LeftOut[], failedFrom?: string, before = batch.progress) =>
  leftOutRecords(pipeline, batch, before, leftOut, failedFrom);
const brief = ({ messages }: ReturnType<typeof told>) =>
  messages.map(({ reason, origin, aggregates }) => [reason, origin.sequence, aggregates]);

describe('leftOutRecords', () => {
  it('says nothing of a batch that nothing is missing of', () => {
    expect(told([])).toEqual({ messages: [], late: 0, full: 0, lateBy: {} });
  });

  it('says of a late record what it is missing from, with its bytes, its origin and the watermark before it', () => {
    const { messages, late, full } = told([left(2, 'late')]);

    expect([late, full]).toEqual([1, 0]);
    expect(messages).toEqual([
      {
        version: 1,
        id: `${STREAM}:${SHARD}:${sequence(2)}`,
        kind: 'late',
        reason: 'late',
        detail: 'its panes of views were closed: the watermark stood at 2024-01-01T00:02:30.000Z',
        origin: { source: STREAM, shard: SHARD, sequence: sequence(2) },
        aggregates: ['views'],
        bytes: JSON.stringify(content(0)).length,
        part: 1,
        parts: 1,
        data: Buffer.from(JSON.stringify(content(0))).toString('base64'),
      },
    ]);
  });

  it('says of a record that had no room that its pane is too large', () => {
    const { messages, late, full } = told([left(3, 'full')]);

    expect([late, full]).toEqual([0, 1]);
    expect(messages).toMatchObject([
      {
        kind: 'quarantined',
        reason: 'pane-too-large',
        origin: { sequence: sequence(3) },
        aggregates: ['views'],
      },
    ]);
  });

  it('goes through the records in their order, and names aggregates in that of the pipeline', () => {
    const leftOut = [left(4, 'late', 'visits'), left(2, 'late'), left(3, 'full'), left(4, 'late')];

    expect(brief(told(leftOut))).toEqual([
      ['late', sequence(2), ['views']],
      ['pane-too-large', sequence(3), ['views']],
      ['late', sequence(4), ['views', 'visits']],
    ]);
  });

  it('says both of a record that is late for one aggregate and had no room in another', () => {
    const report = told([left(2, 'full', 'visits'), left(2, 'late')]);

    expect([report.late, report.full]).toEqual([1, 1]);
    expect(brief(report)).toEqual([
      ['late', sequence(2), ['views']],
      ['pane-too-large', sequence(2), ['visits']],
    ]);
  });

  it.each([
    [1, []],
    [2, []],
    [3, [2]],
    [4, [2, 3]],
    [5, [2, 3, 4]],
  ])('says nothing yet of those from %d on, which come again', (failedFrom, expected) => {
    const report = told([left(2, 'late'), left(3, 'full'), left(4, 'late')], sequence(failedFrom));

    expect(report.messages.map(({ origin }) => origin.sequence)).toEqual(expected.map(sequence));
    expect([report.late, report.full]).toEqual([
      expected.filter((n) => n !== 3).length,
      expected.filter((n) => n === 3).length,
    ]);
  });

  it("gives the lane's own watermark where an earlier delivery closed the pane to a record in time", () => {
    const before = { mark: sequence(0), maxEventTime: minutes(2) };

    expect(told([left(3, 'late')], undefined, before).messages[0]?.detail).toContain(
      'the watermark stood at 2024-01-01T00:01:30.000Z',
    );
  });

  it('says that a record before it had closed its panes where the lane has had no event', () => {
    const { messages } = leftOutRecords(pipeline, batch, undefined, [left(3, 'late')], undefined);

    expect(messages[0]?.detail).toBe('its panes of views were closed: a record before it had closed them');
  });

  it('tells user records of one Kinesis record apart', () => {
    const users = [0, 1].map((n) => ({ ...view(1, 0), sequence: userSequence(sequence(1), n) }));
    const missing = { sequence: users[1]!.sequence, aggregate: 'views', why: 'full' } as const;

    const { messages } = leftOutRecords(
      pipeline,
      { lane: laneBatch(users), late: [] },
      undefined,
      [missing],
      undefined,
    );

    expect(messages.map(({ origin }) => origin)).toEqual([
      { source: STREAM, shard: SHARD, sequence: sequence(1), subSequence: 1 },
    ]);
  });
});
