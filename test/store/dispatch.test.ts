import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Acknowledgement } from '../../lib/dispatch/acknowledgement.ts';
import { emptyGroup, type Group } from '../../lib/dispatch/group.ts';
import type {
  AcknowledgementStore,
  GroupStore,
  HistoryEntry,
  HistoryStore,
  SilenceStore,
} from '../../lib/dispatch/port.ts';
import type { Silence } from '../../lib/dispatch/silence.ts';
import { isAlertItemKey } from '../../lib/store/alert-item.ts';
import { DynamoAcknowledgementStore } from '../../lib/store/dynamo-acknowledgement-store.ts';
import { DynamoGroupStore } from '../../lib/store/dynamo-group-store.ts';
import { DynamoHistoryStore } from '../../lib/store/dynamo-history-store.ts';
import { DynamoSilenceStore } from '../../lib/store/dynamo-silence-store.ts';
import { groupItem, groupItemKey, isGroupItemKey, readNotices } from '../../lib/store/group-item.ts';
import { HISTORY_KEPT_MS, historyItem } from '../../lib/store/history-item.ts';
import { silenceItem } from '../../lib/store/silence-item.ts';
import { alertState } from '../support/alert-state.ts';
import { startTables, type Tables } from '../support/dynamo.ts';
import {
  MemoryAcknowledgementStore,
  MemoryGroupStore,
  MemoryHistoryStore,
  MemorySilenceStore,
} from '../support/memory-dispatch.ts';
import { noticeOf } from '../support/notice.ts';
import { minutes, T0 } from '../support/pipeline.ts';

let tables: Tables;
beforeAll(async () => {
  tables = await startTables();
});
afterAll(() => tables.stop());

const options = async (now = T0) => ({ client: tables.client, table: await tables.create(), now: () => now });
const group = (revision: number, given: Partial<Group> = {}): Group => ({
  ...emptyGroup('slow', 'home'),
  ...given,
  revision,
});

// The stores in memory stand in for DynamoDB in other tests: they have to keep the same contracts.
describe.each<[string, () => Promise<GroupStore>]>([
  ['DynamoDB', async () => new DynamoGroupStore(await options())],
  ['memory', () => Promise.resolve(new MemoryGroupStore())],
])('groups in %s', (_where, create) => {
  it('are read back as they were written', async () => {
    const store = await create();
    const written = group(1, {
      members: [
        {
          state: alertState({ value: { n: 3 } }),
          told: { status: 'firing', severity: 'warning' },
          turns: [1, 2],
          isFlapping: true,
          look: T0 + 1,
        },
        {
          state: alertState({ key: 'news' }),
          told: undefined,
          turns: [],
          isFlapping: false,
          look: undefined,
        },
      ],
      settled: [{ key: 'cart', version: 4 }],
      unlisted: 3,
      due: T0,
      renotifyAt: T0 + 1,
      sent: [T0 - 1],
      now: T0,
      since: 5,
      notices: 2,
    });

    expect(await store.read('slow', 'home')).toBeUndefined();
    expect(await store.write(written, [])).toBe(true);

    expect(await store.read('slow', 'home')).toStrictEqual(written);
    expect(await store.read('slow', 'other')).toBeUndefined();
    expect(await store.read('other', 'home')).toBeUndefined();
  });

  it('are read back before anything was heard of them, and of a rule without dimensions', async () => {
    const store = await create();
    const written = { ...emptyGroup('slow', ''), revision: 1 };
    await store.write(written, []);

    expect(await store.read('slow', '')).toStrictEqual(written);
  });

  it('are written on condition of the revision before', async () => {
    const store = await create();

    expect(await store.write(group(2), [])).toBe(false);
    expect(await store.write(group(1), [])).toBe(true);
    expect(await store.write(group(1), [])).toBe(false);
    expect(await store.write(group(2, { notices: 7 }), [])).toBe(true);
    expect(await store.write(group(2), [])).toBe(false);
    expect(await store.read('slow', 'home')).toMatchObject({ revision: 2, notices: 7 });
  });
});

describe('the item of a group', () => {
  it('has the notices that the group gave by its write', () => {
    const notices = [noticeOf(), noticeOf({ number: 2, kind: 'resolved' })];

    expect(readNotices(groupItem(group(1), notices))).toStrictEqual(notices);
    expect(readNotices(groupItem(group(2), []))).toEqual([]);
  });

  it('is told by its key from that of an alert', () => {
    const key = groupItemKey('slow', 'home');

    expect(isGroupItemKey(key)).toBe(true);
    expect(isAlertItemKey(key)).toBe(false);
    expect(isGroupItemKey({ pk: 'slow' })).toBe(false);
    expect(isGroupItemKey({ pk: historyItem(entryAt(T0), T0).pk?.S ?? '' })).toBe(false);
  });
});

const silence = (id: string, start: number, end: number): Silence => ({
  id,
  matchers: [{ label: 'alert', operator: '=', value: 'slow' }],
  start,
  end,
  author: 'ann',
  comment: 'deploying',
  created: T0,
});

describe.each<[string, () => Promise<SilenceStore>]>([
  ['DynamoDB', async () => new DynamoSilenceStore(await options())],
  ['memory', () => Promise.resolve(new MemorySilenceStore())],
])('silences in %s', (_where, create) => {
  it('are listed by start, without those that are over', async () => {
    const store = await create();
    const [late, early, over] = [
      silence('a', minutes(5), minutes(9)),
      silence('b', T0, minutes(6)),
      silence('c', T0, minutes(1)),
    ];
    for (const one of [late, early, over]) await store.put(one);

    expect(await store.list(minutes(1))).toEqual([early, late]);
    expect(await store.list(minutes(1) - 1)).toHaveLength(3);
    expect(await store.list(-Infinity)).toHaveLength(3);
    expect(await store.list(minutes(9))).toEqual([]);
  });

  it('are read one by one, and take the place of one with the same id', async () => {
    const store = await create();
    await store.put(silence('a', T0, minutes(9)));
    await store.put(silence('a', T0, minutes(2)));

    expect(await store.read('a')).toEqual(silence('a', T0, minutes(2)));
    expect(await store.read('b')).toBeUndefined();
    expect(await store.list(minutes(2))).toEqual([]);
  });
});

const acknowledged = (given: Partial<Acknowledgement> = {}): Acknowledgement => ({
  alert: 'slow',
  key: 'home',
  since: T0,
  author: 'ann',
  comment: 'on it',
  at: minutes(3),
  ...given,
});

describe.each<[string, () => Promise<AcknowledgementStore>]>([
  ['DynamoDB', async () => new DynamoAcknowledgementStore(await options())],
  ['memory', () => Promise.resolve(new MemoryAcknowledgementStore())],
])('acknowledgements in %s', (_where, create) => {
  it('are the latest of each alert and key', async () => {
    const store = await create();
    await store.put(acknowledged());
    await store.put(acknowledged({ key: '' }));
    await store.put(acknowledged({ since: minutes(7) }));

    expect(await store.read('slow', 'home')).toEqual(acknowledged({ since: minutes(7) }));
    expect(await store.read('slow', '')).toEqual(acknowledged({ key: '' }));
    expect(await store.read('slow', 'news')).toBeUndefined();
    expect(await store.read('other', 'home')).toBeUndefined();
  });
});

function entryAt(at: number, key = 'home', version = 1): HistoryEntry {
  return { type: 'transition', at, state: alertState({ key, at, version }) };
}

async function all(entries: AsyncIterable<HistoryEntry>): Promise<HistoryEntry[]> {
  const found: HistoryEntry[] = [];
  for await (const entry of entries) found.push(entry);
  return found;
}

describe.each<[string, () => Promise<HistoryStore>]>([
  ['DynamoDB', async () => new DynamoHistoryStore(await options())],
  ['memory', () => Promise.resolve(new MemoryHistoryStore())],
])('history in %s', (_where, create) => {
  it('is listed latest first, over all keys', async () => {
    const store = await create();
    const entries = Array.from({ length: 12 }, (_, n) => entryAt(minutes(n), `key ${n % 7}`, n + 1));
    await store.add(entries);

    expect(await all(store.list('slow', { from: T0, to: minutes(12) }))).toEqual([...entries].reverse());
    expect(await all(store.list('other', { from: T0, to: minutes(12) }))).toEqual([]);
  });

  it('has what tells of a transition after it, and many of one moment in their order', async () => {
    const store = await create();
    const notice: HistoryEntry = { type: 'notice', at: T0, notice: noticeOf({ at: T0 }) };
    const transitions = [8, 9, 10, 11].map((version) => entryAt(T0, 'home', version));
    const entries: HistoryEntry[] = [
      ...transitions,
      notice,
      { type: 'acknowledged', at: T0, by: acknowledged() },
    ];
    await store.add(entries);

    expect(await all(store.list('slow', { from: T0, to: minutes(1) }))).toEqual([...entries].reverse());
  });

  it('is of a range of event time, whose end is left out', async () => {
    const store = await create();
    const entries = [0, 1, 2, 3].map((minute) => entryAt(minutes(minute), 'home', minute + 1));
    await store.add(entries);

    expect(await all(store.list('slow', { from: minutes(1), to: minutes(3) }))).toEqual([
      entries[2],
      entries[1],
    ]);
    expect(await all(store.list('slow', { from: -Infinity, to: Infinity }))).toHaveLength(4);
    expect(await all(store.list('slow', { from: minutes(3), to: minutes(3) }))).toEqual([]);
  });

  it('of one key has its transitions, acknowledgements, and the notices that list it', async () => {
    const store = await create();
    const other = alertState({ key: 'news' });
    const mine: HistoryEntry[] = [
      { type: 'acknowledged', at: minutes(3), by: acknowledged() },
      { type: 'notice', at: minutes(2), notice: noticeOf({ group: 'any', at: minutes(2) }) },
      entryAt(minutes(1)),
    ];
    await store.add([
      ...mine,
      entryAt(minutes(1), 'news'),
      { type: 'notice', at: minutes(2), notice: noticeOf({ members: [{ state: other, news: 'firing' }] }) },
      { type: 'acknowledged', at: minutes(3), by: acknowledged({ key: 'news' }) },
    ]);

    expect(await all(store.list('slow', { key: 'home', from: T0, to: minutes(9) }))).toEqual(mine);
    expect(await all(store.list('slow', { from: T0, to: minutes(9) }))).toHaveLength(6);
  });

  it('is the same when entries are added again', async () => {
    const store = await create();
    const entries: HistoryEntry[] = [
      entryAt(T0),
      { type: 'notice', at: T0, notice: noticeOf() },
      { type: 'acknowledged', at: T0, by: acknowledged() },
    ];
    await store.add(entries);
    const before = await all(store.list('slow', { from: T0, to: minutes(1) }));
    await store.add([entryAt(T0, 'home', 2), ...entries]);

    const after = await all(store.list('slow', { from: T0, to: minutes(1) }));
    expect(after).toHaveLength(4);
    expect(after).toEqual(expect.arrayContaining(before));
  });
});

describe('what is kept for a while', () => {
  it('expires 90 days after it was written, whenever it happened', () => {
    expect(historyItem(entryAt(T0), minutes(5)).expires).toEqual({
      N: String((minutes(5) + HISTORY_KEPT_MS) / 1000),
    });
    expect(HISTORY_KEPT_MS).toBe(90 * 24 * 3_600_000);
  });

  it('expires after the end of a silence that is still to come', () => {
    const expires = (end: number) => silenceItem(silence('a', T0, end), minutes(5)).expires?.N;

    expect(expires(minutes(9))).toBe(String((minutes(9) + HISTORY_KEPT_MS) / 1000));
    expect(expires(minutes(1))).toBe(String((minutes(5) + HISTORY_KEPT_MS) / 1000));
  });
});
