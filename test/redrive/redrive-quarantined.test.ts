import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createInterpreter } from '../../lib/fold/interpret.ts';
import { count, definePipeline, sum } from '../../lib/index.ts';
import type { Pipeline } from '../../lib/pipeline/pipeline.ts';
import type { Reason } from '../../lib/quarantine/rejection.ts';
import { redriveQuarantined } from '../../lib/redrive/redrive-quarantined.ts';
import { resultsOf } from '../../lib/fold/pane.ts';
import { readPaneItem } from '../../lib/store/pane-item.ts';
import { kinesisRecord, kplKinesisRecord, LANE, sequence, STREAM } from '../support/kinesis.ts';
import { packed, PACKINGS } from '../support/packing.ts';
import { minutes, T0 } from '../support/pipeline.ts';
import { laneOfRecords, type EventRecord } from './setup.ts';

/** A pipeline that takes ms as numbers, or as text too once it has been mended. */
function pipelineOf(mended: boolean): Pipeline {
  const ms = mended ? z.coerce.number() : z.number();
  return definePipeline(z.object({ at: z.number(), page: z.string(), ms }), {
    eventTime: (event) => event.at,
    maxOutOfOrderness: '30s',
    aggregates: {
      views: {
        key: { page: (event) => event.page },
        pane: '1m',
        measures: { n: count(), total: sum((event) => event.ms) },
      },
    },
  });
}

const mended = pipelineOf(true);
const contentOf = (ms: unknown, minute = 0): object => ({ at: minutes(minute), page: 'home', ms });
const records = (...contents: readonly unknown[]): EventRecord[] =>
  contents.map((content, n) => kinesisRecord(n, content));

/** A lane whose records were dealt with before the pipeline was mended. */
async function setUp(all: readonly EventRecord[], applied = all.length) {
  const lane = laneOfRecords(all, pipelineOf(false));
  await lane.apply(0, applied);
  const before = [...lane.aside];
  lane.aside.length = 0;
  const context = { ...lane.context, pipeline: mended, interpret: createInterpreter(mended) };
  return {
    ...lane,
    before,
    redrive: (message = before[0]!, over: Partial<typeof context> = {}) =>
      redriveQuarantined({ ...context, ...over }, message),
    pane: (minute = 0) => {
      const item = lane.store.items.get(`views|home|${minutes(minute)}|${LANE}`);
      return item && resultsOf(mended.aggregates[0]!, readPaneItem(mended.aggregates[0]!, item).accs);
    },
  };
}

const keptBecause = (reason: string | RegExp): object => ({
  kind: 'kept',
  detail: expect.stringMatching(reason) as unknown,
});

describe('redriveQuarantined', () => {
  it('folds a record that the mended pipeline takes, in its place', async () => {
    const lane = await setUp(records(contentOf(1), contentOf('20'), contentOf(300)));
    expect(lane.pane()).toEqual({ n: 2, total: 301 });

    expect(await lane.redrive()).toEqual({ kind: 'repaired', detail: '1 record folded into 1 pane' });

    expect(lane.pane()).toEqual({ n: 3, total: 321 });
    expect(lane.aside).toEqual([]);
    await lane.redrive();
    expect(lane.pane()).toEqual({ n: 3, total: 321 });
  });

  it('keeps a record that is still refused, and says why', async () => {
    const lane = await setUp(records(contentOf('many'), 'not an object'));

    expect(await lane.redrive(lane.before[0])).toMatchObject(
      keptBecause(/^still refused: wrong-schema: ms: /),
    );
    expect(await lane.redrive(lane.before[1])).toMatchObject(keptBecause(/^still refused: wrong-schema: /));
    expect(lane.store.items.has(`views|home|${T0}|${LANE}`)).toBe(false);
  });

  it('keeps what is no JSON', async () => {
    const lane = await setUp(records(Buffer.from('{')));

    expect(await lane.redrive()).toMatchObject(keptBecause(/^still refused: not-json/));
  });

  it('keeps a record whose batch is still on its way', async () => {
    const lane = await setUp(records(contentOf(1), contentOf('20'), contentOf(300)));
    const { store } = lane;
    const mark = (n: number) => store.items.set(LANE, { ...store.items.get(LANE), mark: { S: sequence(n) } });

    mark(0);
    expect(await lane.redrive()).toMatchObject(keptBecause('still on its way'));
    store.items.delete(LANE);
    expect(await lane.redrive()).toMatchObject(keptBecause('still on its way'));
    expect(lane.pane()).toEqual({ n: 2, total: 301 });
  });

  it('leaves a late record to the policy', async () => {
    const lane = await setUp(records(contentOf(1), contentOf(1, 9), contentOf(1)));
    expect(lane.before).toMatchObject([{ kind: 'late' }]);

    expect(await lane.redrive()).toMatchObject(keptBecause('late by policy'));
  });

  it('leaves out, as late, what its pane was closed to before it', async () => {
    const lane = await setUp(records(contentOf(1), contentOf(1, 9), contentOf(1), contentOf('20')));
    expect(lane.before.map(({ reason }) => reason)).toEqual(['wrong-schema', 'late']);

    expect(await lane.redrive()).toMatchObject({ kind: 'repaired' });

    expect(lane.pane()).toEqual({ n: 1, total: 1 });
    expect(lane.aside).toMatchObject([{ kind: 'late', origin: { sequence: sequence(3) } }]);
  });

  it.each<[Reason, string]>([
    ['not-a-record', 'discard'],
    ['unknown-source', 'discard'],
    ['empty-event', 'discard'],
    ['pane-too-large', 'shorter panes'],
  ])('keeps what no pipeline can mend: %s', async (reason, remedy) => {
    const lane = await setUp(records(contentOf('20')));

    expect(await lane.redrive({ ...lane.before[0]!, reason })).toMatchObject(keptBecause(remedy));
  });

  it.each([
    ['an invocation', { source: 'invocation' }],
    ['a file', { source: 'day.ndjson', line: 7 }],
    ['a stream that is not Kinesis’s', { source: 'arn:aws:dynamodb:x', shard: 's', sequence: '1' }],
  ])('keeps a record of %s', async (_, origin) => {
    const lane = await setUp(records(contentOf('20')));

    expect(await lane.redrive({ ...lane.before[0]!, origin })).toMatchObject(keptBecause('names no record'));
  });

  it('keeps a window that a derived aggregate refused, and says when it is tried again', async () => {
    const lane = await setUp(records(contentOf('20')));
    const origin = { source: 'views', key: 'home', window: 'start/end', refusedBy: 'busiest' };

    expect(await lane.redrive({ ...lane.before[0]!, origin })).toMatchObject(
      keptBecause('tried again when one of its panes changes'),
    );
  });

  it('keeps a record of another stage’s stream, and folds nothing of it', async () => {
    const lane = await setUp(records(contentOf('20')));
    const origin = { ...lane.before[0]!.origin, source: STREAM.replace(/views$/, 'others') };

    expect(await lane.redrive({ ...lane.before[0]!, origin })).toMatchObject(
      keptBecause("of stream others, and this stage's is views"),
    );
    expect(lane.pane()).toBeUndefined();
  });

  it('keeps a record that has left the stream, and says what can be done', async () => {
    const lane = await setUp(records(contentOf(1), contentOf('20')));
    lane.shard.trimTo(2);

    expect(await lane.redrive()).toMatchObject(keptBecause(/no longer in the stream.*put its data/));
  });

  it('takes the bytes from the stream, as a message may hold a part of them', async () => {
    const big = { ...contentOf('20'), padding: 'x'.repeat(300 * 1024) };
    const lane = await setUp(records(big));
    expect(lane.before.map(({ part, parts }) => [part, parts])).toEqual([
      [1, 2],
      [2, 2],
    ]);

    for (const part of lane.before) expect(await lane.redrive(part)).toMatchObject({ kind: 'repaired' });

    expect(lane.pane()).toEqual({ n: 1, total: 20 });
  });

  it('passes on what may pass', async () => {
    const lane = await setUp(records(contentOf('20')));
    lane.store.fault = () => 'lost';

    await expect(lane.redrive()).rejects.toThrow('was lost');
  });
});

describe('redriveQuarantined of a user record', () => {
  const users = [contentOf(1), contentOf('20'), contentOf('many'), contentOf(300)];

  it('folds it in its place, and says nothing of its neighbours again', async () => {
    const lane = await setUp([kplKinesisRecord(0, users)]);
    expect(lane.before.map(({ origin }) => origin.subSequence)).toEqual([1, 2]);

    expect(await lane.redrive()).toMatchObject({ kind: 'repaired' });

    expect(lane.pane()).toEqual({ n: 3, total: 321 });
    expect(lane.aside).toEqual([]);
    expect(await lane.redrive(lane.before[1])).toMatchObject(keptBecause('still refused'));
  });

  it('waits for all of its Kinesis record', async () => {
    const lane = await setUp([kplKinesisRecord(0, users)]);
    const { store } = lane;
    store.items.set(LANE, { ...store.items.get(LANE), mark: { S: `${sequence(0)}.000002` } });

    expect(await lane.redrive()).toMatchObject(keptBecause('still on its way'));
  });

  it('is not found where there is none of its place', async () => {
    const lane = await setUp([kplKinesisRecord(0, users)]);
    const origin = { ...lane.before[0]!.origin, source: STREAM, subSequence: 9 };

    expect(await lane.redrive({ ...lane.before[0]!, origin })).toMatchObject(
      keptBecause('no such user record'),
    );
  });
});

describe.each(PACKINGS)('redriveQuarantined of an event in a record that is %s', (packing) => {
  const record = kinesisRecord(0, packed([contentOf(1), contentOf('20'), contentOf('many')], packing));

  it('folds it in its place, and says nothing of its neighbours again', async () => {
    const lane = await setUp([record, kinesisRecord(1, contentOf(300))]);
    expect(lane.before.map(({ origin }) => origin.subSequence)).toEqual([1, 2]);

    expect(await lane.redrive()).toEqual({
      kind: 'repaired',
      detail: '3 records folded into 1 pane, 1 quarantined',
    });

    expect(lane.pane()).toEqual({ n: 3, total: 321 });
    expect(lane.aside).toEqual([]);
    await lane.redrive();
    expect(lane.pane()).toEqual({ n: 3, total: 321 });
    expect(await lane.redrive(lane.before[1])).toMatchObject(keptBecause('still refused: wrong-schema'));
  });

  it('waits for all of its Kinesis record', async () => {
    const lane = await setUp([record]);
    const { store } = lane;
    store.items.set(LANE, { ...store.items.get(LANE), mark: { S: `${sequence(0)}.000001` } });

    expect(await lane.redrive()).toMatchObject(keptBecause('still on its way'));
  });
});

describe('redriveQuarantined of a record that was quarantined whole', () => {
  it('folds the events that it is taken apart into today', async () => {
    const lane = await setUp([kinesisRecord(0, packed([contentOf(1), contentOf('20')], 'lines'))]);
    const { subSequence: _, ...origin } = lane.before[0]!.origin;

    expect(await lane.redrive({ ...lane.before[0]!, reason: 'not-json', origin })).toMatchObject({
      kind: 'repaired',
    });

    expect(lane.pane()).toEqual({ n: 2, total: 21 });
  });

  it.each<[what: string, bytes: Buffer, reason: string]>([
    ['an empty array', Buffer.from('[]'), 'no-events'],
    ['broken gzip', Buffer.of(0x1f, 0x8b), 'bad-gzip'],
  ])('keeps %s', async (_what, bytes, reason) => {
    const lane = await setUp(records(bytes));

    expect(await lane.redrive()).toMatchObject(keptBecause(`^still refused: ${reason}`));
  });
});
