import { describe, expect, it } from 'vitest';
import type { Target } from '../../lib/redrive/pane-refold.ts';
import { refoldPanes, RefoldRaceError } from '../../lib/redrive/refold.ts';
import { bruteForce, stored } from '../support/brute-force.ts';
import { LANE, sequence } from '../support/kinesis.ts';
import { InjectedError } from '../support/memory-pane-store.ts';
import { minutes, T0, views, visits } from '../support/pipeline.ts';
import { event, laneOf } from './setup.ts';

const target = (aggregate: typeof views, key: string, minute: number, ...lost: number[]): Target => ({
  ref: { aggregate, key, start: minutes(minute), lane: LANE },
  lost: lost.map(sequence),
});

const events = [event(0, 1), event(0, 2), event(1, 4), event(2, 8), event(2, 16)];

/** All but the second record applied. */
async function setUp() {
  const lane = laneOf(events);
  await lane.apply(0, 1);
  await lane.apply(2, 5);
  return lane;
}

describe('refoldPanes', () => {
  it('folds panes again from the stream, in one pass', async () => {
    const lane = await setUp();
    const before = lane.shard.reads;

    const done = await refoldPanes(lane.context, [
      target(views, 'home', 0, 1),
      target(visits, 'home|ann', 0, 1),
    ]);

    expect(done).toMatchObject({ written: 2, leftOut: [], beyond: [] });
    expect(stored(lane.store)).toEqual(bruteForce(events).panes);
    expect(lane.shard.reads - before).toBe(1);
  });

  it('has nothing to do without panes', async () => {
    const lane = await setUp();

    expect(await refoldPanes(lane.context, [])).toMatchObject({ written: 0, leftOut: [], beyond: [] });
    expect(lane.shard.reads).toBe(0);
  });

  it('tries again what it lost to a live batch', async () => {
    const lane = laneOf(events);
    await lane.apply(0, 1);
    await lane.apply(2, 3);
    let raced = false;
    lane.store.turn = async () => {
      if (raced || lane.store.operations.at(-1)?.kind !== 'readPanes') return;
      raced = true;
      await lane.apply(3, 5);
    };

    await refoldPanes(lane.context, [target(views, 'home', 0, 1), target(visits, 'home|ann', 0, 1)]);

    expect(raced).toBe(true);
    expect(stored(lane.store)).toEqual(bruteForce(events).panes);
  });

  it('gives up on a pane that others keep writing', async () => {
    const lane = await setUp();
    const [pane] = [target(views, 'home', 0, 1)];
    const { store } = lane;
    const busy = {
      ...lane.context,
      store: {
        readLane: (name: string) => store.readLane(name),
        writeLane: () => Promise.resolve(false),
        readPanes: (refs: Parameters<typeof store.readPanes>[0]) => store.readPanes(refs),
        putPane: () => Promise.resolve({ written: false as const, found: undefined }),
      },
    };

    await expect(refoldPanes(busy, [pane])).rejects.toThrow(RefoldRaceError);
  });

  it('names the panes whose first records are gone, and repairs the others', async () => {
    const lane = laneOf([event(0, 1, 'old'), event(0, 2, 'old'), event(0, 4, 'new')]);
    await lane.apply(0, 1);
    lane.shard.trimTo(2);
    const old = target(views, 'old', 0, 1);

    const done = await refoldPanes(lane.context, [old, target(views, 'new', 0, 2)]);

    expect(done).toMatchObject({ written: 1, leftOut: [], beyond: [old.ref] });
    expect(stored(lane.store)[`views|new|${T0}|${LANE}`]).toMatchObject({ n: 1, sum: 4 });
    expect(stored(lane.store)[`views|old|${T0}|${LANE}`]).toMatchObject({ n: 1, sum: 1 });
  });

  it('leaves a pane as it is whose records left the stream while it was read, and repairs the others', async () => {
    const lane = laneOf([event(0, 1, 'old'), event(0, 2, 'old'), event(0, 4, 'old'), event(0, 8, 'new')]);
    await lane.apply(0, 1);
    lane.shard.pageSize = 1;
    const old = target(views, 'old', 0, 1, 2);
    const { interpret } = lane.context;
    const context: typeof lane.context = {
      ...lane.context,
      interpret: (value, arrival) => {
        lane.shard.trimTo(3);
        return interpret(value, arrival);
      },
    };

    const done = await refoldPanes(context, [old, target(views, 'new', 0, 3)]);

    expect(done).toMatchObject({ written: 1, leftOut: [], beyond: [old.ref] });
    expect(stored(lane.store)[`views|new|${T0}|${LANE}`]).toMatchObject({ n: 1, sum: 8 });
    expect(stored(lane.store)[`views|old|${T0}|${LANE}`]).toMatchObject({ n: 1, sum: 1 });
  });

  it('writes what it can before it throws what the store threw', async () => {
    const lane = await setUp();
    lane.store.fault = (operation) =>
      operation.kind === 'putPane' && operation.ref.aggregate === views ? 'lost' : undefined;

    await expect(
      refoldPanes(lane.context, [target(views, 'home', 0, 1), target(visits, 'home|ann', 0, 1)]),
    ).rejects.toThrow(InjectedError);

    const id = `visits|home|ann|${T0}|${LANE}`;
    expect(stored(lane.store)[id]).toEqual(bruteForce(events).panes[id]);
  });
});
