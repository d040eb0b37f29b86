import { describe, expect, it } from 'vitest';
import { groupItem, readGroupItem } from '../../lib/store/group-item.ts';
import { itemBytes, MOST_ITEM_BYTES } from '../../lib/store/item-size.ts';
import { alertState } from '../support/alert-state.ts';
import { dispatch } from '../../lib/dispatch/dispatch.ts';
import { NO_QUIET } from '../../lib/dispatch/quiet.ts';
import { Telltale, telling, transitionsOf, type TurnText } from '../support/dispatch.ts';
import { minutes } from '../support/pipeline.ts';

const fired: TurnText[] = [[0, 'a', 'warning']];

/** The group of a rule after its turns up to a minute, as another rule finds it. */
function groupOf(rule: ReturnType<typeof telling>, minute: number, turns: TurnText[], then = telling()) {
  const before = new Telltale(rule);
  before.until(minute, transitionsOf(turns));
  const after = new Telltale(then);
  after.group = before.group;
  return after;
}

describe('a rule that changes while an alert is open', () => {
  it('is not told of again once renotify is gone, and is told that it is over', () => {
    const after = groupOf(telling({ renotify: 5 }), 1, fired);

    expect(after.until(60)).toEqual([]);
    expect(after.next).toBeUndefined();
    expect(after.until(70, transitionsOf([...fired, [65, 'a', 'resolved']]))).toEqual([
      '65 resolved warning: a resolved (0 firing, 1 resolved)',
    ]);
  });

  it('tells of what flapped once flapping is gone', () => {
    const turns: TurnText[] = [...fired, [1, 'a', 'resolved'], [2, 'a', 'warning']];
    const after = groupOf(telling({ flapping: { turns: 3, within: 60 } }), 3, turns);

    expect(after.until(4)).toEqual(['2 firing warning: a firing (1 firing, 0 resolved)']);
  });

  it('tells what maxPerHour held back once that is gone', () => {
    const turns: TurnText[] = [...fired, [1, 'b', 'warning']];
    const after = groupOf(telling({ maxPerHour: 1 }), 2, turns);

    expect(after.until(3)).toEqual(['1 firing warning: b firing (2 firing, 0 resolved, 1 held back)']);
  });
});

describe('a group that lives long', () => {
  it('keeps of the notices that it gave those of the last hour alone', () => {
    const rule = telling({ maxPerHour: 1_000 });
    let group = new Telltale(rule).group;
    const turns = Array.from({ length: 300 }, (_, n): TurnText => [n, 'a', n % 2 ? 'resolved' : 'warning']);

    for (const state of transitionsOf(turns)) {
      const { group: after, notices } = dispatch(rule, group, [state], state.at, NO_QUIET);
      group = readGroupItem(groupItem(after, notices));
    }

    expect(group.notices).toBe(300);
    expect(group.sent).toHaveLength(60);
    expect(group.sent.at(-1)).toBe(minutes(299));
  });

  it('stays within its item when thousands turn for as long as a rule can look for flapping', () => {
    const rule = telling({ flapping: { turns: 100, within: 10_000 }, groupWait: 10_000 });
    let group = new Telltale(rule).group;
    // Moments that cannot be compressed to nothing.
    const moments = Array.from({ length: 100 }, (_, n) => minutes(n) + ((n * 7_919) % 60_000));
    for (const [n, moment] of moments.entries()) {
      const states = Array.from({ length: 2_000 }, (_, key) =>
        alertState({
          key: `key ${key}`,
          at: moment + ((key * 104_729) % 59_999),
          status: n % 2 === 0 ? 'firing' : 'resolved',
          version: n + 1,
        }),
      );
      const { group: after, notices } = dispatch(rule, group, states, moment + 60_000, NO_QUIET);
      const item = groupItem(after, notices);
      group = readGroupItem(item);
      expect(itemBytes(item)).toBeLessThan(MOST_ITEM_BYTES);
    }
  });
});
