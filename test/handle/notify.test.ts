import { beforeEach, describe, expect, it } from 'vitest';
import type { AlertState } from '../../lib/alerts/state.ts';
import { emptyGroup } from '../../lib/dispatch/group.ts';
import { noticeId, type Notice } from '../../lib/dispatch/notice.ts';
import type { HistoryEntry } from '../../lib/dispatch/port.ts';
import { handleNotify } from '../../lib/handle/notify.ts';
import type { QuarantineMessage } from '../../lib/quarantine/message.ts';
import { alertItem } from '../../lib/store/alert-item.ts';
import { groupItem } from '../../lib/store/group-item.ts';
import { historyItem } from '../../lib/store/history-item.ts';
import type { Item } from '../../lib/store/pane-item.ts';
import { OutOfTimeError } from '../../lib/store/retry.ts';
import { alertRecord, alertState } from '../support/alert-state.ts';
import { MemoryAlertStore, MemoryPaneReader, MemoryTimerStore } from '../support/memory-alerts.ts';
import {
  MemoryAcknowledgementStore,
  MemoryGroupStore,
  MemoryHistoryStore,
  MemorySilenceStore,
} from '../support/memory-dispatch.ts';
import { noticeOf } from '../support/notice.ts';
import { minutes, pipeline, T0 } from '../support/pipeline.ts';
import { changeRecord, changeSequence } from '../support/stream-records.ts';

const whole = { batchItemFailures: [] };
const reported = (n: number) => ({ batchItemFailures: [{ itemIdentifier: changeSequence(n) }] });

/** A transition: the odd ones fire, the even ones resolve. */
const transition = (version: number, given: Partial<AlertState> = {}): AlertState =>
  alertState({
    status: version % 2 === 1 ? 'firing' : 'resolved',
    at: minutes(version),
    since: minutes(1),
    version,
    ...given,
  });

function changeOf(n: number, item: Item) {
  return changeRecord(n, 'MODIFY', { pk: item.pk?.S ?? '', sk: item.sk?.S ?? '' }, item);
}

/** A change that gives an alert transitions. */
const alertChange = (n: number, ...states: readonly AlertState[]) =>
  changeOf(n, alertItem(alertRecord(...states), states));

/** A change that gives a group notices. */
function groupChange(n: number, ...given: readonly Partial<Notice>[]) {
  const notices = given.map(noticeOf);
  const { alert = 'slow', group = 'home' } = given[0] ?? {};
  return changeOf(n, groupItem({ ...emptyGroup(alert, group), revision: n }, notices));
}

let panes: MemoryPaneReader;
let timers: MemoryTimerStore;
let groups: MemoryGroupStore;
let silences: MemorySilenceStore;
let history: MemoryHistoryStore;
let published: Notice[];
let aside: QuarantineMessage[];
let refused: Set<string>;
let mayGoOn: () => boolean;

beforeEach(() => {
  panes = new MemoryPaneReader();
  timers = new MemoryTimerStore();
  groups = new MemoryGroupStore();
  silences = new MemorySilenceStore();
  history = new MemoryHistoryStore();
  published = [];
  aside = [];
  refused = new Set();
  mayGoOn = () => true;
});

function handle(...records: readonly unknown[]) {
  const context = {
    pipeline,
    panes,
    alerts: new MemoryAlertStore(),
    timers,
    dispatching: { groups, silences, acknowledgements: new MemoryAcknowledgementStore(), now: () => T0 },
    history,
    publish: (notice: Notice) => {
      const id = noticeId(notice);
      if (refused.has(id)) return Promise.reject(new Error(`SNS refused ${id}`));
      published.push(notice);
      return Promise.resolve();
    },
    quarantine: (messages: readonly QuarantineMessage[]) => {
      aside.push(...messages);
      return Promise.resolve();
    },
    concurrency: 4,
    mayGoOn: () => mayGoOn(),
  };
  return handleNotify(context, { Records: records });
}

const ids = (notices: readonly Notice[]): string[] =>
  notices.map((notice) => `${noticeId(notice)} ${notice.kind}`);

async function historyOf(alert: string): Promise<HistoryEntry[]> {
  const entries: HistoryEntry[] = [];
  for await (const entry of history.list(alert, { from: -Infinity, to: Infinity })) entries.push(entry);
  return entries;
}

describe('what handleNotify does with the transitions of alerts', () => {
  it('hands them to their groups, which write what is to be told', async () => {
    const report = await handle(
      alertChange(1, transition(1), transition(2)),
      alertChange(2, transition(1, { key: 'news' })),
      alertChange(3, transition(3)),
    );

    expect(report).toEqual({ response: whole, published: [], quarantined: 0, errors: [] });
    expect(ids(groups.stream).sort()).toEqual([
      'slow|home|1 firing',
      'slow|home|2 resolved',
      'slow|home|3 firing',
      'slow|news|1 firing',
    ]);
    expect(published).toEqual([]);
  });

  it('writes nothing when they come again', async () => {
    const changes = [alertChange(1, transition(1), transition(2)), alertChange(2, transition(3))];
    await handle(...changes);
    const before = new Map(groups.items);

    await handle(...changes);

    expect(groups.items).toEqual(before);
    expect(await historyOf('slow')).toHaveLength(3);
  });

  it('keeps them as history', async () => {
    await handle(alertChange(1, transition(1), transition(2)));

    expect(await historyOf('slow')).toEqual([
      { type: 'transition', at: minutes(2), state: transition(2) },
      { type: 'transition', at: minutes(1), state: transition(1) },
    ]);
  });

  it('keeps those of a rule that has left the pipeline as history, and tells nobody', async () => {
    const report = await handle(alertChange(1, transition(1, { alert: 'gone' })));

    expect(report.response).toEqual(whole);
    expect(groups.stream).toEqual([]);
    expect(await historyOf('gone')).toHaveLength(1);
  });

  it('runs the other groups when one fails, and reports the first change that it has a part in', async () => {
    groups.hook = (step) => {
      if (step === 'write group' && !groups.items.has('#group|slow\nnews')) throw new Error('throttled');
    };

    const report = await handle(
      alertChange(1, transition(1, { key: 'news' })),
      alertChange(2, transition(1)),
      alertChange(3, transition(2)),
    );

    expect(report).toMatchObject({ errors: [{ message: 'throttled' }, {}], response: reported(1) });
    groups.hook = () => undefined;
    await handle(
      alertChange(1, transition(1, { key: 'news' })),
      alertChange(2, transition(1)),
      alertChange(3, transition(2)),
    );
    expect(ids(groups.stream).sort()).toEqual([
      'slow|home|1 firing',
      'slow|home|2 resolved',
      'slow|news|1 firing',
    ]);
  });

  it('reads silences once for all groups', async () => {
    let reads = 0;
    silences.hook = (step) => {
      if (step === 'list silences') reads++;
    };
    await silences.put({
      id: 'a',
      matchers: [{ label: 'page', operator: '=', value: 'news' }],
      start: T0,
      end: minutes(60),
      author: 'ann',
      comment: 'deploying',
      created: T0,
    });

    await handle(...['home', 'news', 'cart'].map((key, n) => alertChange(n, transition(1, { key }))));

    expect(reads).toBe(1);
    expect(ids(groups.stream).sort()).toEqual(['slow|cart|1 firing', 'slow|home|1 firing']);
    expect([...timers.timers.values()]).toMatchObject([
      { job: '#group|slow', key: 'news', due: minutes(60) },
    ]);
  });
});

describe('what handleNotify does with the notices of groups', () => {
  it('publishes them in order', async () => {
    const report = await handle(
      groupChange(1, { number: 1 }, { number: 2, kind: 'resolved' }),
      groupChange(2, { number: 1, group: 'news' }),
      groupChange(3, { number: 3 }),
    );

    expect(ids(published)).toEqual([
      'slow|home|1 firing',
      'slow|home|2 resolved',
      'slow|news|1 firing',
      'slow|home|3 firing',
    ]);
    expect(report).toEqual({ response: whole, published, quarantined: 0, errors: [] });
    expect(published[0]).toStrictEqual(noticeOf());
  });

  it('keeps them as history before they are published, once', async () => {
    refused.add('slow|home|1');
    await handle(groupChange(1, {}));
    expect(await historyOf('slow')).toEqual([{ type: 'notice', at: 0, notice: noticeOf() }]);

    refused.clear();
    await handle(groupChange(1, {}));
    expect(await historyOf('slow')).toHaveLength(1);
  });

  it('publishes those of a rule that has left the pipeline', async () => {
    await handle(groupChange(1, { alert: 'gone' }));

    expect(ids(published)).toEqual(['gone|home|1 firing']);
  });

  it('stops at the first that fails and reports it, so that a resolve never overtakes its alert', async () => {
    const changes = [1, 2, 3].map((number) => groupChange(number, { number }));
    refused.add('slow|home|2');

    const failed = await handle(...changes);
    refused.clear();
    const tail = await handle(...changes.slice(1));

    expect(failed).toMatchObject({
      published: [{ number: 1 }],
      errors: [new Error('SNS refused slow|home|2')],
      response: reported(2),
    });
    expect(tail.response).toEqual(whole);
    expect(published.map(({ number }) => number)).toEqual([1, 2, 3]);
  });

  it('publishes none from a transition on that its group did not take: they would come twice', async () => {
    groups.hook = () => {
      throw new Error('throttled');
    };

    const report = await handle(
      groupChange(1, { number: 1 }),
      alertChange(2, transition(1, { key: 'news' })),
      groupChange(3, { number: 2 }),
    );

    expect(report).toMatchObject({ published: [{ number: 1 }], response: reported(2) });
  });

  it('stops when time is out and reports the first that was not published, which comes again', async () => {
    let left = 4;
    mayGoOn = () => left-- > 0;
    const changes = [1, 2, 3, 4].map((number) => groupChange(number, { number }));

    const ended = await handle(...changes);
    left = Infinity;
    const tail = await handle(...changes.slice(2));

    expect(ended).toMatchObject({ published: [{ number: 1 }, { number: 2 }], response: reported(3) });
    expect(ended.errors[0]).toBeInstanceOf(OutOfTimeError);
    expect(tail.response).toEqual(whole);
    expect(published.map(({ number }) => number)).toEqual([1, 2, 3, 4]);
  });

  it('reports the first of all when there is no time for any', async () => {
    mayGoOn = () => false;

    const report = await handle(alertChange(1, transition(1)), groupChange(2, {}));

    expect(report).toMatchObject({ published: [], response: reported(1) });
    expect(groups.stream).toEqual([]);
  });

  it('repeats a message under the same id', async () => {
    await handle(groupChange(1, {}));
    await handle(groupChange(1, {}));

    expect(published).toEqual([noticeOf(), noticeOf()]);
  });
});

describe('what handleNotify passes over', () => {
  it.each([
    ['an alert that goes', changeRecord(1, 'REMOVE', { pk: 'slow', sk: 'home' })],
    ['a group that goes', changeRecord(1, 'REMOVE', { pk: '#group|slow', sk: 'home' })],
    ['history', changeOf(1, historyItem({ type: 'notice', at: 0, notice: noticeOf() }, 0))],
    ['what an alert remembers', alertChange(1)],
  ])('is %s', async (_what, change) => {
    expect(await handle(change)).toEqual({ response: whole, published: [], quarantined: 0, errors: [] });
    expect(history.items.size).toBe(0);
  });

  it.each([
    ['an alert that lacks what it was given', alertItem(alertRecord(transition(1)), [])],
    ['a group that lacks it', groupItem({ ...emptyGroup('slow', 'home'), revision: 1 }, [])],
  ])(
    'is %s, which is set aside, as it will never be a message',
    async (_what, { given: _given, ...item }) => {
      const report = await handle(changeOf(1, item), groupChange(2, {}));

      expect(report).toMatchObject({ quarantined: 1, errors: [], response: whole });
      expect(ids(published)).toEqual(['slow|home|1 firing']);
      expect(aside).toMatchObject([{ reason: 'not-a-record', origin: { sequence: changeSequence(1) } }]);
      expect(JSON.parse(Buffer.from(aside[0]?.data ?? '', 'base64').toString())).toMatchObject({
        pk: item.pk,
      });
    },
  );

  it('is an item whose notices are no JSON', async () => {
    const { pk, sk } = groupItem({ ...emptyGroup('slow', 'home'), revision: 1 }, []);

    const report = await handle(changeOf(1, { ...(pk && { pk }), ...(sk && { sk }), given: { S: '{' } }));

    expect(report).toMatchObject({ quarantined: 1, response: whole });
  });

  it('is an event of another source', async () => {
    const report = await handle({ eventSource: 'aws:kinesis' }, groupChange(1, {}));

    expect(report).toMatchObject({ quarantined: 1, published: [{ number: 1 }], response: whole });
    expect(aside).toMatchObject([{ reason: 'unknown-source' }]);
  });
});
