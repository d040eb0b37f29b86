import { describe, expect, it } from 'vitest';
import { redriveRange } from '../../lib/redrive/redrive-batch.ts';
import { readPaneItem } from '../../lib/store/pane-item.ts';
import { sequence } from '../support/kinesis.ts';
import { withTotals } from '../support/total.ts';
import { event, laneOf } from './setup.ts';

const redrive = ({ context, range }: ReturnType<typeof laneOf>, first: number, last: number) =>
  redriveRange(context, { range, first: sequence(first), last: sequence(last), givenUp: true });

/** Records by pane: the aggregate's name, the key, and for panes the minute. */
function recordsOf({ store }: ReturnType<typeof laneOf>): Record<string, number> {
  const found: Record<string, number> = {};
  for (const [id, item] of store.items) {
    const aggregate = withTotals.aggregates.find(({ name }) => id.startsWith(`${name}|`));
    if (aggregate !== undefined)
      found[id.split('|').slice(0, 3).join('|')] = readPaneItem(aggregate, item).records;
  }
  return found;
}

describe('redriving a lost range of a running total', () => {
  const events = [event(0), event(8, 20, 'cart'), event(0.5, 30), event(20, 40)];

  it('folds it again from its first record', async () => {
    const lane = laneOf(events, withTotals);
    await lane.apply(0, 1);
    await lane.apply(2, 4);

    expect(await redrive(lane, 1, 1)).toMatchObject({ kind: 'repaired' });
    expect(recordsOf(lane)).toMatchObject({ 'ever||0': 4, 'everPage|home|0': 3, 'everPage|cart|0': 1 });
  });

  it('counts what is far behind too: nothing is late for it', async () => {
    const lane = laneOf(events, withTotals);
    await lane.apply(0, 4);

    expect(lane.aside).toMatchObject([{ kind: 'late', aggregates: ['views'] }]);
    expect(recordsOf(lane)).toMatchObject({ 'ever||0': 4 });
  });

  it('keeps it once the stream has lost that record, and repairs what it can', async () => {
    const lane = laneOf(events, withTotals);
    await lane.apply(0, 1);
    await lane.apply(2, 4);
    lane.shard.trimTo(1);

    expect(await redrive(lane, 1, 1)).toEqual({
      kind: 'kept',
      detail:
        'the stream no longer has the first records of ever of all; these panes are as they were, all others are repaired',
    });
    expect(recordsOf(lane)).toMatchObject({ 'ever||0': 3, 'everPage|cart|0': 1 });
  });

  it('goes on from what is stored while nothing came after the range, whatever the stream has lost', async () => {
    const lane = laneOf(events, withTotals);
    await lane.apply(0, 2);
    lane.shard.trimTo(2);

    expect(await redrive(lane, 2, 3)).toMatchObject({ kind: 'repaired' });
    expect(recordsOf(lane)).toMatchObject({ 'ever||0': 4, 'everPage|home|0': 3 });
  });
});
