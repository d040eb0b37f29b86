import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { redriveRange } from '../../lib/redrive/redrive-batch.ts';
import { bruteForce, contentOf, stored, type TestEvent } from '../support/brute-force.ts';
import { kinesisRecord, LANE, sequence } from '../support/kinesis.ts';
import { InjectedError } from '../support/memory-pane-store.ts';
import { T0, views } from '../support/pipeline.ts';
import { badEvent, event, laneOf, laneOfRecords } from './setup.ts';

type Lane = ReturnType<typeof laneOf>;

const redrive = ({ context, range }: Lane, first: number, last: number, givenUp = true) =>
  redriveRange(context, { range, first: sequence(first), last: sequence(last), givenUp });

describe('redriveRange', () => {
  it('repairs a range of which part was applied, and later batches after it', async () => {
    const events = [event(0), event(0, 20, 'away'), event(1, 30), event(1, 40), event(2, 50)];
    const lane = laneOf(events);
    await lane.apply(0, 1);
    // Of the lost batch, only the first pane that is written is.
    let puts = 0;
    lane.store.fault = ({ kind }) => (kind === 'putPane' && ++puts > 1 ? 'lost' : undefined);
    await lane.apply(1, 3);
    lane.store.fault = () => undefined;
    await lane.apply(3, 5);
    expect(stored(lane.store)).not.toEqual(bruteForce(events).panes);

    const done = await redrive(lane, 1, 2);

    expect(done).toMatchObject({ kind: 'repaired', records: 2, late: 0, quarantined: 0 });
    expect(stored(lane.store)).toEqual(bruteForce(events).panes);
  });

  it('changes nothing the second time', async () => {
    const events = [event(0), event(0, 20), event(1, 30)];
    const lane = laneOf(events);
    await lane.apply(0, 1);
    await lane.apply(2, 3);
    await redrive(lane, 1, 1);
    const before = stored(lane.store);

    await redrive(lane, 1, 1);

    expect(stored(lane.store)).toEqual(before);
    expect(before).toEqual(bruteForce(events).panes);
  });

  it('moves the lane on only past what was given up', async () => {
    const lane = laneOf([event(0), event(1)]);
    await redrive(lane, 0, 1, false);
    expect(lane.store.items.get(LANE)).toBeUndefined();

    await redrive(lane, 0, 1);

    expect(lane.store.items.get(LANE)?.mark?.S).toBe(sequence(1));
  });

  it('sets aside what cannot be folded', async () => {
    const lane = laneOf([event(0), badEvent]);

    expect(await redrive(lane, 0, 1)).toMatchObject({ kind: 'repaired', records: 2, quarantined: 1 });
    expect(lane.aside).toMatchObject([{ reason: 'wrong-schema', origin: { sequence: sequence(1) } }]);
  });

  it('leaves out what a pane was closed to, and tells of it', async () => {
    // The third closes the first pane to what follows: the fourth is late, and so was the lost fifth.
    const events = [event(0), event(1), event(8), event(0, 7), event(1, 9)];
    const lane = laneOf(events);
    await lane.apply(0, 4);

    expect(await redrive(lane, 4, 4)).toMatchObject({ kind: 'repaired', late: 1 });
    expect(stored(lane.store)).toMatchObject(
      Object.fromEntries(
        Object.entries(bruteForce(events).panes).filter(([id]) => id.startsWith('views|home')),
      ),
    );
    expect(lane.aside.at(-1)).toMatchObject({ kind: 'late', aggregates: ['views'] });
  });

  it('keeps what the stream no longer has', async () => {
    const lane = laneOf([event(0), event(1), event(2)]);
    lane.shard.trimTo(2);

    expect(await redrive(lane, 1, 2)).toMatchObject({
      kind: 'kept',
      detail: expect.stringContaining(sequence(1)) as unknown,
    });
    expect(lane.store.items.size).toBe(0);
  });

  it('repairs the panes that it can when the first records of others are gone', async () => {
    const events = [event(0, 1, 'old'), event(0, 2, 'old'), event(1, 4, 'new'), event(1, 8, 'old')];
    const lane = laneOf(events);
    await lane.apply(0, 1);
    await lane.apply(3, 4);
    lane.shard.trimTo(1);

    const done = await redrive(lane, 1, 2);

    expect(done).toMatchObject({ kind: 'kept', detail: expect.stringContaining('views of old') as unknown });
    const panes = stored(lane.store);
    const truth = bruteForce(events).panes;
    const named = Object.keys(truth).filter((id) => id.includes('new'));
    expect(named).toHaveLength(2);
    for (const id of named) expect(panes[id]).toEqual(truth[id]);
  });

  describe('of a pane whose item may have expired', () => {
    const retain = views.retain;
    // All but the second record, of a day that arrived a day after it.
    const DAY = 86_400_000;
    const arrival = T0 + DAY;
    const setUp = async (now: number) => {
      const events = [event(0, 1, 'old'), event(0, 2, 'old'), event(1, 4, 'old')];
      const lane = laneOfRecords(events.map((one, n) => kinesisRecord(n, contentOf(one), { arrival })));
      await lane.apply(0, 1);
      await lane.apply(2, 3);
      return { ...lane, events, context: { ...lane.context, now: () => now } };
    };
    const withoutViews = (lane: Lane): void => {
      for (const name of [...lane.store.items.keys()].filter((name) => name.startsWith('views')))
        lane.store.items.delete(name);
    };

    it('keeps the message and leaves it be, and repairs the others', async () => {
      const lane = await setUp(arrival + retain);
      withoutViews(lane);

      expect(await redrive(lane, 1, 1)).toMatchObject({
        kind: 'kept',
        detail: expect.stringMatching(/views of old at 2024-\S+ may have expired/) as unknown,
      });
      const visit = `visits|old|ann|${T0}|${LANE}`;
      expect(stored(lane.store)).toEqual({ [visit]: bruteForce(lane.events).panes[visit] });
    });

    it.each([
      ['it would be kept from event time on', T0 + views.pane + retain],
      ['it would be kept since the records arrived', arrival + retain - 1],
    ])('repairs it while %s', async (_what, now) => {
      const lane = await setUp(now);
      withoutViews(lane);

      expect(await redrive(lane, 1, 1)).toMatchObject({ kind: 'repaired' });
    });

    it('repairs it while it is there', async () => {
      const lane = await setUp(arrival + 2 * retain);

      expect(await redrive(lane, 1, 1)).toMatchObject({ kind: 'repaired' });
      expect(stored(lane.store)).toEqual(bruteForce(lane.events).panes);
    });
  });

  it('throws what the store throws, and can be done again', async () => {
    const events = [event(0), event(0, 20)];
    const lane = laneOf(events);
    lane.store.fault = ({ kind }) => (kind === 'putPane' ? 'unanswered' : undefined);
    await expect(redrive(lane, 0, 1)).rejects.toThrow(InjectedError);
    lane.store.fault = () => undefined;

    await redrive(lane, 0, 1);

    expect(stored(lane.store)).toEqual(bruteForce(events).panes);
  });

  it('is exact for whatever range was lost and whatever part of it was applied', async () => {
    // In order of time, so that nothing is late: that is judged by what was applied, which differs from run to run.
    const ordered = fc
      .array(
        fc.record({
          half: fc.nat(12),
          page: fc.constantFrom('a', 'b'),
          ms: fc.nat(99),
          bad: fc.constant(false),
        }),
        {
          minLength: 1,
          maxLength: 20,
        },
      )
      .map((events: TestEvent[]) => events.sort((a, b) => a.half - b.half));
    await fc.assert(
      fc.asyncProperty(
        ordered,
        fc.nat(19),
        fc.nat(19),
        fc.array(fc.boolean(), { maxLength: 8 }),
        async (events, a, b, lost) => {
          const [first, last] = [Math.min(a, b), Math.max(a, b)].map((n) =>
            Math.min(n, events.length - 1),
          ) as [number, number];
          const lane = laneOf(events);
          if (first > 0) await lane.apply(0, first);
          const faults = [...lost];
          lane.store.fault = ({ kind }) =>
            kind === 'putPane' && faults.pop() !== false ? 'lost' : undefined;
          await lane.apply(first, last + 1);
          lane.store.fault = () => undefined;
          if (last + 1 < events.length) await lane.apply(last + 1, events.length);

          expect((await redrive(lane, first, last)).kind).toBe('repaired');

          expect(stored(lane.store)).toEqual(bruteForce(events).panes);
        },
      ),
      { numRuns: 100 },
    );
  });
});
