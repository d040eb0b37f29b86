import { describe, expect, it } from 'vitest';
import { handleEvaluate } from '../../lib/handle/evaluate.ts';
import type { QuarantineMessage } from '../../lib/quarantine/message.ts';
import { laneItem } from '../../lib/store/lane-item.ts';
import { paneItem } from '../../lib/store/pane-item.ts';
import { LANE, sequence } from '../support/kinesis.ts';
import { MemoryAlertStore, MemoryPaneReader, MemoryTimerStore, viewsPane } from '../support/memory-alerts.ts';
import { noDerivations } from '../support/memory-derived.ts';
import { noDispatching } from '../support/memory-dispatch.ts';
import { noRollups } from '../support/memory-rollups.ts';
import { minutes, pipeline, T0, views } from '../support/pipeline.ts';
import { changeRecord, changeSequence } from '../support/stream-records.ts';

const whole = { batchItemFailures: [] };

function paneChange(n: number, name: 'INSERT' | 'MODIFY' | 'REMOVE', minute = 0) {
  const { key, start, accs, records, first, last } = viewsPane(minute, [500, 500]);
  const ref = { aggregate: views, key, start, lane: LANE };
  const item = paneItem(ref, { accs, records, first, mark: last, closed: undefined, version: 1 }, 0);
  return changeRecord(n, name, { pk: item.pk!.S!, sk: item.sk!.S! }, item);
}

/** A pane that was written to say that its records came too late. */
function closedPane(n: number) {
  const { key, start } = viewsPane(0, []);
  const ref = { aggregate: views, key, start, lane: LANE };
  const closed = { from: sequence(9), why: 'late' as const };
  const item = paneItem(ref, { accs: [], records: 0, first: '0', mark: '0', closed, version: 1 }, 0);
  return changeRecord(n, 'INSERT', { pk: item.pk!.S!, sk: item.sk!.S! }, item);
}

function laneChange(n: number, name: 'INSERT' | 'MODIFY' | 'REMOVE' = 'MODIFY') {
  const item = laneItem(LANE, { mark: sequence(1), maxEventTime: T0 }, 2, 0);
  return changeRecord(n, name, { pk: item.pk!.S!, sk: item.sk!.S! }, item);
}

function setUp() {
  const [panes, alerts, timers] = [new MemoryPaneReader(), new MemoryAlertStore(), new MemoryTimerStore()];
  const aside: QuarantineMessage[] = [];
  panes.put(viewsPane(0, [500, 500]));
  panes.watermark = minutes(1);
  const context = {
    pipeline,
    panes,
    alerts,
    timers,
    rollups: noRollups,
    derivations: noDerivations,
    dispatching: noDispatching,
    concurrency: 4,
    quarantine: (messages: readonly QuarantineMessage[]) => {
      aside.push(...messages);
      return Promise.resolve();
    },
  };
  return {
    panes,
    alerts,
    timers,
    aside,
    handle: (...records: unknown[]) => handleEvaluate(context, { Records: records }),
  };
}

describe('handleEvaluate', () => {
  it('sets timers for new panes and judges what is due', async () => {
    const { timers, handle } = setUp();

    const report = await handle(paneChange(1, 'INSERT'), laneChange(2));

    expect(report).toMatchObject({ quarantined: 0, errors: [], response: whole });
    expect(report.evaluated?.transitions).toMatchObject([
      { alert: 'slow', status: 'firing', at: minutes(1) },
    ]);
    expect([...timers.timers.values()].map(({ job, due }) => [job, due])).toEqual([
      ['busy', minutes(2)],
      ['slow', minutes(2)],
    ]);
  });

  it('judges what is due when a lane moved, without a new pane', async () => {
    const { timers, handle } = setUp();
    await timers.add([{ job: 'slow', key: 'home', due: minutes(1) }]);

    const report = await handle(laneChange(1, 'INSERT'));

    expect(report.evaluated?.transitions).toHaveLength(1);
  });

  it('judges a window again whose pane changed after it was judged, up to the latest transition', async () => {
    const { panes, timers, handle } = setUp();
    panes.put(viewsPane(0, [1, 1]), viewsPane(3, [1, 1]));
    panes.watermark = minutes(4);
    expect((await handle(paneChange(1, 'INSERT'), laneChange(2))).evaluated?.transitions).toEqual([]);

    panes.put(viewsPane(0, [500, 500]));
    const late = await handle(paneChange(3, 'MODIFY'));
    panes.put(viewsPane(0, [1, 1]));
    const later = await handle(paneChange(4, 'MODIFY'));

    expect(late.evaluated?.transitions).toMatchObject([
      { alert: 'slow', status: 'firing', at: minutes(1) },
      { alert: 'slow', status: 'resolved', at: minutes(4) },
    ]);
    expect(later.evaluated?.transitions).toEqual([]);
    expect([...timers.timers.values()].filter(({ due }) => due <= minutes(4))).toEqual([]);
  });

  it('judges a window again of which a pane has no records any more', async () => {
    const { handle } = setUp();
    const { dynamodb, ...emptied } = { ...closedPane(1), eventName: 'MODIFY' };
    const before = paneChange(1, 'INSERT').dynamodb.NewImage;

    const report = await handle({ ...emptied, dynamodb: { ...dynamodb, OldImage: before } });

    expect(report.evaluated?.judged).toBe(1);
  });

  it('leaves a changed pane alone whose windows no lane has passed: their timer stands', async () => {
    const { panes, timers, handle } = setUp();
    panes.watermark = minutes(0.5);

    await handle(paneChange(1, 'MODIFY'));

    expect(timers.timers.size).toBe(0);
  });

  it.each([
    ['panes that all records came too late for', closedPane(1)],
    ['panes that expire', paneChange(1, 'REMOVE')],
    ['lanes that go', laneChange(1, 'REMOVE')],
    ['items of other kinds', changeRecord(1, 'INSERT', { pk: '#other|1', sk: 'x' })],
  ])('does nothing over %s', async (_what, change) => {
    const { timers, handle } = setUp();
    await timers.add([{ job: 'slow', key: 'home', due: minutes(1) }]);

    expect(await handle(change)).toEqual({
      quarantined: 0,
      evaluated: undefined,
      errors: [],
      response: whole,
    });
    expect(timers.timers.size).toBe(1);
  });

  it('reports the first change when anything fails: all of them may be repeated', async () => {
    const { alerts, timers, handle } = setUp();
    alerts.hook = (step) => {
      if (step === 'read') throw new Error('throttled');
    };

    const failed = await handle(paneChange(5, 'INSERT'), laneChange(6));
    alerts.hook = () => undefined;
    const repeated = await handle(paneChange(5, 'INSERT'), laneChange(6));

    expect(failed).toMatchObject({
      evaluated: undefined,
      errors: [new Error('throttled')],
      response: { batchItemFailures: [{ itemIdentifier: changeSequence(5) }] },
    });
    expect(repeated).toMatchObject({ response: whole, evaluated: { transitions: [{ status: 'firing' }] } });
    expect(timers.timers.size).toBe(2);
  });

  it('sets aside what is no change of an item, and judges over the rest', async () => {
    const { aside, handle } = setUp();

    const report = await handle({ eventSource: 'aws:sqs' }, paneChange(1, 'INSERT'));

    expect(report).toMatchObject({ quarantined: 1, response: whole, evaluated: { judged: 1 } });
    expect(aside).toMatchObject([{ reason: 'unknown-source', origin: { source: 'invocation' } }]);
  });

  it('sets an event without changes aside', async () => {
    const { aside, handle } = setUp();

    expect(await handle()).toEqual({ quarantined: 1, evaluated: undefined, errors: [], response: whole });
    expect(aside).toMatchObject([{ reason: 'empty-event' }]);
  });
});
