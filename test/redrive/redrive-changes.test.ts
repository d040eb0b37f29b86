import { describe, expect, it } from 'vitest';
import { emptyGroup } from '../../lib/dispatch/group.ts';
import type { Notice } from '../../lib/dispatch/notice.ts';
import { redriveChanges } from '../../lib/redrive/redrive-changes.ts';
import { ShardRange } from '../../lib/redrive/shard-range.ts';
import { alertItem } from '../../lib/store/alert-item.ts';
import { groupItem } from '../../lib/store/group-item.ts';
import { paneItem } from '../../lib/store/pane-item.ts';
import { Retry } from '../../lib/store/retry.ts';
import { alertRecord, alertState } from '../support/alert-state.ts';
import { LANE } from '../support/kinesis.ts';
import { MemoryAlertStore, MemoryPaneReader, MemoryTimerStore, viewsPane } from '../support/memory-alerts.ts';
import { noDerivations } from '../support/memory-derived.ts';
import { MemoryGroupStore, MemoryHistoryStore, noDispatching } from '../support/memory-dispatch.ts';
import { noRollups } from '../support/memory-rollups.ts';
import { MemoryShard } from '../support/memory-shard.ts';
import { noticeOf } from '../support/notice.ts';
import { minutes, pipeline, views } from '../support/pipeline.ts';
import { changeRecord, changeSequence } from '../support/stream-records.ts';

const streamOf = (table: string): string =>
  `arn:aws:dynamodb:us-east-1:000000000000:table/${table}/stream/2024-01-01T00:00:00.000`;

function paneChange(n: number) {
  const { key, start, accs, records, first, last } = viewsPane(0, [500, 500]);
  const ref = { aggregate: views, key, start, lane: LANE };
  const item = paneItem(ref, { accs, records, first, mark: last, closed: undefined, version: 1 }, 0);
  return changeRecord(n, 'INSERT', { pk: item.pk!.S!, sk: item.sk!.S! }, item);
}

function alertChange(n: number) {
  const state = alertState({ status: n % 2 === 1 ? 'firing' : 'resolved', at: minutes(n), version: n });
  const item = alertItem(alertRecord(state), [state]);
  return changeRecord(n, 'MODIFY', { pk: item.pk!.S!, sk: item.sk!.S! }, item);
}

function groupChange(n: number) {
  const item = groupItem({ ...emptyGroup('slow', 'home'), revision: n }, [noticeOf({ number: n })]);
  return changeRecord(n, 'MODIFY', { pk: item.pk!.S!, sk: item.sk!.S! }, item);
}

function setUp(...changes: ReturnType<typeof changeRecord>[]) {
  const shard = new MemoryShard(...changes);
  shard.refusesTrimmed = true;
  const [panes, alerts, timers] = [new MemoryPaneReader(), new MemoryAlertStore(), new MemoryTimerStore()];
  panes.put(viewsPane(0, [500, 500]));
  panes.watermark = minutes(1);
  const published: Notice[] = [];
  const groups = new MemoryGroupStore();
  const dispatching = { ...noDispatching, groups };
  const quarantine = () => Promise.resolve();
  const context = {
    tables: { aggregates: 'weir-dev-aggregates', alerts: 'weir-dev-alerts' },
    evaluate: {
      pipeline,
      panes,
      alerts,
      timers,
      rollups: noRollups,
      derivations: noDerivations,
      dispatching,
      quarantine,
      concurrency: 4,
    },
    notify: {
      pipeline,
      panes,
      alerts,
      timers,
      dispatching,
      history: new MemoryHistoryStore(),
      quarantine,
      concurrency: 4,
      mayGoOn: () => true,
      publish: (notice: Notice) => {
        published.push(notice);
        return Promise.resolve();
      },
    },
  };
  return {
    shard,
    panes,
    alerts,
    groups,
    published,
    context,
    redrive: (table: string, first: number, last: number) =>
      redriveChanges(context, new ShardRange(shard, 'shardId-1', new Retry()), {
        streamArn: streamOf(table),
        first: changeSequence(first),
        last: changeSequence(last),
      }),
  };
}

describe('redriveChanges', () => {
  it('judges what changes of the aggregates table make due', async () => {
    const { alerts, redrive } = setUp(paneChange(1));

    expect(await redrive('weir-dev-aggregates', 1, 1)).toEqual({
      kind: 'repaired',
      detail: '1 change judged',
    });
    expect(alerts.stream).toMatchObject([{ alert: 'slow', status: 'firing', at: minutes(1) }]);
  });

  it('hands the transitions of the alerts table to their groups, and no others', async () => {
    const { groups, redrive } = setUp(alertChange(1), alertChange(2), alertChange(3), alertChange(4));

    expect(await redrive('weir-dev-alerts', 1, 2)).toEqual({
      kind: 'repaired',
      detail: '2 changes told of',
    });
    expect(groups.stream.map(({ kind }) => kind)).toEqual(['firing', 'resolved']);
  });

  it('publishes the notices of the alerts table, in order, and no others', async () => {
    const { published, redrive } = setUp(groupChange(1), groupChange(2), groupChange(3), groupChange(4));

    expect(await redrive('weir-dev-alerts', 2, 3)).toMatchObject({ kind: 'repaired' });
    expect(published.map(({ number }) => number)).toEqual([2, 3]);
  });

  it('hands over 500 changes at once at most', async () => {
    const { shard, panes, redrive } = setUp(...Array.from({ length: 1_100 }, (_, n) => paneChange(n)));
    shard.pageSize = 1_000;
    let evaluations = 0;
    panes.hook = (step) => {
      if (step === 'readWatermark') evaluations++;
    };

    expect(await redrive('weir-dev-aggregates', 0, 1_099)).toEqual({
      kind: 'repaired',
      detail: '1100 changes judged',
    });
    expect(evaluations).toBe(3);
  });

  it('keeps what could not be judged, and says why', async () => {
    const { panes, redrive } = setUp(paneChange(1));
    panes.hook = () => {
      throw new Error('throttled');
    };

    expect(await redrive('weir-dev-aggregates', 1, 1)).toEqual({
      kind: 'kept',
      detail: 'after 0 changes, not all could be judged: Error: throttled',
    });
  });

  it('keeps what could not be published', async () => {
    const { context, redrive } = setUp(groupChange(1));
    context.notify.publish = () => Promise.reject(new Error('SNS is down'));

    expect(await redrive('weir-dev-alerts', 1, 1)).toMatchObject({
      kind: 'kept',
      detail: expect.stringContaining('SNS is down') as unknown,
    });
  });

  it('keeps what has left the stream, and says what that means', async () => {
    const { shard, redrive } = setUp(paneChange(1), paneChange(2));
    shard.trimTo(1);

    expect(await redrive('weir-dev-aggregates', 1, 2)).toMatchObject({
      kind: 'kept',
      detail: expect.stringMatching(/no longer in the stream.*24 h.*the aggregates stand/) as unknown,
    });
  });

  it('keeps changes of a table that it does not know', async () => {
    const { redrive } = setUp(paneChange(1));

    expect(await redrive('weir-prod-aggregates', 1, 1)).toMatchObject({
      kind: 'kept',
      detail: expect.stringContaining(
        'weir-prod-aggregates, which is neither weir-dev-aggregates',
      ) as unknown,
    });
  });
});
