import { describe, expect, it } from 'vitest';
import type { AlertState } from '../../lib/alerts/state.ts';
import { handleNotify } from '../../lib/handle/notify.ts';
import type { AlertMessage } from '../../lib/notify/message.ts';
import type { QuarantineMessage } from '../../lib/quarantine/message.ts';
import { alertItem } from '../../lib/store/alert-item.ts';
import type { Item } from '../../lib/store/pane-item.ts';
import { OutOfTimeError } from '../../lib/store/retry.ts';
import { minutes, pipeline } from '../support/pipeline.ts';
import { changeRecord, changeSequence } from '../support/stream-records.ts';

const whole = { batchItemFailures: [] };

const transition = (version: number, over: Partial<AlertState> = {}): AlertState => ({
  alert: 'slow',
  key: 'home',
  status: version % 2 === 1 ? 'firing' : 'resolved',
  at: minutes(version),
  since: minutes(1),
  windowStart: minutes(version - 3),
  judged: 'onTime',
  value: { n: 2, ms: 500 },
  severity: 'critical',
  summary: undefined,
  version,
  ...over,
});

function change(
  version: number,
  over: Partial<AlertState> = {},
  damage: (item: Item) => Item = (item) => item,
) {
  const item = alertItem(transition(version, over));
  const key = { pk: item.pk!.S!, sk: item.sk!.S! };
  return changeRecord(version, version === 1 ? 'INSERT' : 'MODIFY', key, damage(item));
}

function setUp(mayGoOn = () => true) {
  const published: AlertMessage[] = [];
  const aside: QuarantineMessage[] = [];
  const refused = new Set<string>();
  const context = {
    pipeline,
    publish: (message: AlertMessage) => {
      if (refused.has(message.id)) return Promise.reject(new Error(`SNS refused ${message.id}`));
      published.push(message);
      return Promise.resolve();
    },
    quarantine: (messages: readonly QuarantineMessage[]) => {
      aside.push(...messages);
      return Promise.resolve();
    },
    mayGoOn,
  };
  return {
    aside,
    refused,
    ids: () => published.map(({ id, state }) => `${id} ${state}`),
    handle: (...records: unknown[]) => handleNotify(context, { Records: records }),
  };
}

describe('handleNotify', () => {
  it('publishes the transitions in order', async () => {
    const { ids, handle } = setUp();

    const report = await handle(change(1), change(2), change(3));

    expect(ids()).toEqual(['slow|home|1 firing', 'slow|home|2 resolved', 'slow|home|3 firing']);
    expect(report).toMatchObject({ quarantined: 0, errors: [], response: whole });
    expect(report.published[0]).toEqual({
      version: 1,
      id: 'slow|home|1',
      alert: 'slow',
      state: 'firing',
      severity: 'critical',
      key: { page: 'home' },
      at: '2024-01-01T00:01:00.000Z',
      since: '2024-01-01T00:01:00.000Z',
      window: { start: '2023-12-31T23:58:00.000Z', end: '2024-01-01T00:01:00.000Z' },
      judged: 'onTime',
      value: { n: 2, ms: 500 },
    });
  });

  it('stops at the first that fails and reports it, so that a resolve never overtakes its alert', async () => {
    const { ids, refused, handle } = setUp();
    refused.add('slow|home|2');

    const failed = await handle(change(1), change(2), change(3));
    refused.clear();
    const tail = await handle(change(2), change(3));

    expect(failed).toMatchObject({
      published: [{ id: 'slow|home|1' }],
      errors: [new Error('SNS refused slow|home|2')],
      response: { batchItemFailures: [{ itemIdentifier: changeSequence(2) }] },
    });
    expect(tail.response).toEqual(whole);
    expect(ids()).toEqual(['slow|home|1 firing', 'slow|home|2 resolved', 'slow|home|3 firing']);
  });

  it('stops when time is out and reports the first that was not published, which comes again', async () => {
    let left = 2;
    const { ids, handle } = setUp(() => left-- > 0);

    const ended = await handle(change(1), change(2), change(3), change(4));
    left = Infinity;
    const tail = await handle(change(3), change(4));

    expect(ended).toMatchObject({
      published: [{ id: 'slow|home|1' }, { id: 'slow|home|2' }],
      response: { batchItemFailures: [{ itemIdentifier: changeSequence(3) }] },
    });
    expect(ended.errors[0]).toBeInstanceOf(OutOfTimeError);
    expect(tail.response).toEqual(whole);
    expect(ids()).toEqual([
      'slow|home|1 firing',
      'slow|home|2 resolved',
      'slow|home|3 firing',
      'slow|home|4 resolved',
    ]);
  });

  it('reports the first of all when there is no time for any', async () => {
    const { ids, handle } = setUp(() => false);

    const report = await handle(change(1), change(2));

    expect(report).toMatchObject({
      response: { batchItemFailures: [{ itemIdentifier: changeSequence(1) }] },
    });
    expect(ids()).toEqual([]);
  });

  it('repeats a message under the same id', async () => {
    const { ids, handle } = setUp();

    await handle(change(1));
    await handle(change(1));

    expect(ids()).toEqual(['slow|home|1 firing', 'slow|home|1 firing']);
  });

  it('says nothing of items that go', async () => {
    const { ids, handle } = setUp();

    const report = await handle(changeRecord(1, 'REMOVE', { pk: 'slow', sk: 'home' }));

    expect(report.response).toEqual(whole);
    expect(ids()).toEqual([]);
  });

  it('gives the key as it is stored when the alert has left the pipeline since', async () => {
    const { handle } = setUp();

    const report = await handle(change(1, { alert: 'gone', key: 'home|ann' }));

    expect(report.published).toMatchObject([{ alert: 'gone', key: { key: 'home|ann' } }]);
  });

  it.each<[string, (item: Item) => Item]>([
    ['lacks an attribute', ({ status: _status, ...item }) => item],
    ['has a value that is no JSON', (item) => ({ ...item, value: { S: '{' } })],
    ['has a time that is none', (item) => ({ ...item, at: { N: '1e99' } })],
  ])('sets an item aside that %s, as it will never be a message, and goes on', async (_what, damage) => {
    const { ids, aside, handle } = setUp();

    const report = await handle(change(1, {}, damage), change(2));

    expect(report).toMatchObject({ quarantined: 1, errors: [], response: whole });
    expect(ids()).toEqual(['slow|home|2 resolved']);
    expect(aside).toMatchObject([{ reason: 'not-a-record', origin: { sequence: changeSequence(1) } }]);
    expect(JSON.parse(Buffer.from(aside[0]!.data, 'base64').toString())).toMatchObject({ pk: { S: 'slow' } });
  });

  it('sets an event of another source aside', async () => {
    const { aside, handle } = setUp();

    const report = await handle({ eventSource: 'aws:kinesis' }, change(1));

    expect(report).toMatchObject({ quarantined: 1, published: [{ id: 'slow|home|1' }], response: whole });
    expect(aside).toMatchObject([{ reason: 'unknown-source' }]);
  });
});
