import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LaneProgress } from '../../lib/fold/lane.ts';
import { LaneRaceError, moveLane } from '../../lib/store/move-lane.ts';
import { LANE, sequence } from '../support/kinesis.ts';
import { MemoryPaneStore } from '../support/memory-pane-store.ts';
import { minutes } from '../support/pipeline.ts';

const progress = (record: number, minute: number): LaneProgress => ({
  mark: sequence(record),
  maxEventTime: minutes(minute),
});

async function setUp(stored?: LaneProgress) {
  const store = new MemoryPaneStore();
  if (stored !== undefined) await store.writeLane(LANE, stored, undefined);
  const known = await store.readLane(LANE);
  store.operations.length = 0;
  return {
    store,
    /** Moves the lane on, as it was read at first. */
    move: (to: LaneProgress | undefined) => moveLane(store, LANE, known, to),
    lane: async () => {
      const lane = await store.readLane(LANE);
      return lane && { mark: lane.mark, maxEventTime: lane.maxEventTime };
    },
    kinds: () => store.operations.map(({ kind }) => kind),
  };
}

describe('moveLane', () => {
  it('begins a lane, and moves it on by one write', async () => {
    const { move, lane, kinds } = await setUp();

    await move(progress(1, 0));

    expect(kinds()).toEqual(['writeLane']);
    expect(await lane()).toEqual(progress(1, 0));
  });

  it('asks nothing of the store when there is no progress', async () => {
    const { move, kinds } = await setUp(progress(1, 0));

    await move(undefined);

    expect(kinds()).toEqual([]);
  });

  it.each([
    ['a later one', 5, 6],
    ['an earlier one', 3, 5],
  ])('joins the greatest event time with %s', async (_what, minute, greatest) => {
    const { move, lane } = await setUp(progress(1, greatest));

    await move(progress(2, minute));

    expect(await lane()).toEqual(progress(2, greatest));
  });

  it('takes a greater event time over', async () => {
    const { move, lane } = await setUp(progress(1, 2));

    await move(progress(2, 7));

    expect(await lane()).toEqual(progress(2, 7));
  });

  it('keeps a lane without an event time without one', async () => {
    const { move, lane } = await setUp({ mark: sequence(1), maxEventTime: -Infinity });

    await move({ mark: sequence(2), maxEventTime: -Infinity });

    expect(await lane()).toEqual({ mark: sequence(2), maxEventTime: -Infinity });
  });

  it.each([9, 8, 1])('writes nothing where record 9 has been dealt with, and %d is to be', async (record) => {
    const { move, lane, kinds } = await setUp(progress(9, 2));

    await move(progress(record, 7));

    expect(kinds()).toEqual([]);
    expect(await lane()).toEqual(progress(9, 2));
  });

  it('reads again where others were faster, and joins what they wrote', async () => {
    const { store, move, lane, kinds } = await setUp(progress(1, 0));
    await moveLane(store, LANE, await store.readLane(LANE), progress(5, 9));
    store.operations.length = 0;

    await move(progress(7, 3));

    expect(kinds()).toEqual(['writeLane', 'readLane', 'writeLane']);
    expect(await lane()).toEqual(progress(7, 9));
  });

  it('leaves it at that where others have moved the lane further', async () => {
    const { store, move, lane, kinds } = await setUp();
    await moveLane(store, LANE, undefined, progress(5, 0));
    store.operations.length = 0;

    await move(progress(3, 4));

    expect(kinds()).toEqual(['writeLane', 'readLane']);
    expect(await lane()).toEqual(progress(5, 0));
  });

  it('gives up on a lane that others keep writing', async () => {
    const { store, move, kinds } = await setUp();
    store.writeLane = () => Promise.resolve(false);

    const moved = move(progress(1, 0));

    await expect(moved).rejects.toThrow(LaneRaceError);
    await expect(moved).rejects.toThrow(`lane ${LANE} was written by others 5 times meanwhile`);
    expect(kinds()).toEqual(Array<string>(5).fill('readLane'));
  });

  it('moves a lane in the fourth race that it loses', async () => {
    const { store, move, lane } = await setUp();
    let races = 0;
    const write = store.writeLane.bind(store);
    store.writeLane = async (...args) => {
      const [name, , version] = args;
      if (races++ < 4) await write(name, progress(races, races), version);
      return write(...args);
    };

    await move(progress(9, 0));

    expect(await lane()).toEqual(progress(9, 4));
  });

  it('ends at the furthest record and the greatest event time up to it, and never goes back on the way', async () => {
    // Four at a time: of more, the last might lose too many races.
    const lanes = fc.record({
      times: fc.array(fc.nat(20), { minLength: 10, maxLength: 10 }),
      marks: fc.array(fc.nat(9), { minLength: 1, maxLength: 4 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), lanes, async (s, { times, marks }) => {
        const { store, lane } = await setUp();
        const until = (mark: number) => progress(mark, Math.max(...times.slice(0, mark + 1)));
        const seen: string[] = [];
        store.turn = () => {
          seen.push(store.items.get(LANE)?.mark?.S ?? '');
          return s.schedule(Promise.resolve());
        };

        const done = marks.map(async (mark) => {
          await moveLane(store, LANE, await store.readLane(LANE), until(mark));
        });
        await s.waitFor(Promise.all(done));
        store.turn = () => Promise.resolve();

        expect(await lane()).toEqual(until(Math.max(...marks)));
        expect(seen).toEqual([...seen].sort());
      }),
    );
  });
});
