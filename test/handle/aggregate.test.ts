import { describe, expect, it } from 'vitest';
import { createInterpreter } from '../../lib/fold/interpret.ts';
import { handleAggregate, type AggregateContext } from '../../lib/handle/aggregate.ts';
import type { QuarantineMessage } from '../../lib/quarantine/message.ts';
import { stored } from '../support/brute-force.ts';
import { kinesisRecord, LANE, sequence } from '../support/kinesis.ts';
import { MemoryPaneStore } from '../support/memory-pane-store.ts';
import { minutes, pipeline } from '../support/pipeline.ts';

const view = (minute: number, page = 'home') => ({ at: minutes(minute), page, user: 'ann', ms: 10 });
const eventOf = (contents: readonly unknown[], first = 1) => ({
  Records: contents.map((content, i) => kinesisRecord(first + i, content)),
});

function setUp(over: Partial<AggregateContext> = {}) {
  const store = new MemoryPaneStore();
  const aside: QuarantineMessage[] = [];
  const context: AggregateContext = {
    pipeline,
    interpret: createInterpreter(pipeline),
    store,
    quarantine: (messages) => {
      aside.push(...messages);
      return Promise.resolve();
    },
    concurrency: 4,
    mayGoOn: () => true,
    ...over,
  };
  return { store, aside, handle: (event: unknown) => handleAggregate(context, event) };
}

const failing = (identifier: string) => ({ batchItemFailures: [{ itemIdentifier: identifier }] });
const whole = { batchItemFailures: [] };
const lane = (store: MemoryPaneStore) => {
  const item = store.items.get(LANE);
  return item && { mark: item.mark?.S, max: Number(item.max?.N), version: Number(item.v?.N) };
};

describe('handleAggregate', () => {
  it('folds a batch into panes, moves the lane, and answers that nothing failed', async () => {
    const { store, handle } = setUp();

    const report = await handle(eventOf([view(0), view(0.5), view(1)]));

    expect(report).toEqual({
      records: 3,
      repeated: 0,
      late: 0,
      lateBy: {},
      quarantined: 0,
      ignored: 0,
      panesWritten: 3,
      errors: [],
      response: whole,
    });
    expect(Object.values(stored(store)).map(({ records }) => records)).toEqual([2, 3, 1]);
    expect(lane(store)).toEqual({ mark: sequence(3), max: minutes(1), version: 1 });
  });

  it('moves the lane after the panes, so that a crash between them repeats the batch', async () => {
    const { store, handle } = setUp();

    await handle(eventOf([view(0)]));

    expect(store.operations.map(({ kind }) => kind)).toEqual([
      'readLane',
      'readPanes',
      'putPane',
      'putPane',
      'writeLane',
    ]);
  });

  it('changes nothing when a batch is delivered again, and asks for no pane', async () => {
    const { store, handle } = setUp();
    await handle(eventOf([view(0), view(1)]));
    const before = store.dump();
    store.operations.length = 0;

    const report = await handle(eventOf([view(0), view(1)]));

    expect(report).toMatchObject({ records: 2, repeated: 2, panesWritten: 0, response: whole });
    expect(store.dump()).toEqual(before);
    expect(store.operations.map(({ kind }) => kind)).toEqual(['readLane']);
  });

  it('sets bad and late records aside, and folds the rest', async () => {
    const { store, aside, handle } = setUp();

    const report = await handle(eventOf([view(3), Buffer.from('nope'), { page: 1 }, view(0)]));

    expect(report).toMatchObject({ records: 4, quarantined: 2, late: 1, response: whole });
    expect(report.lateBy).toEqual({ views: 1 });
    expect(aside.map(({ reason, origin }) => [reason, origin.sequence])).toEqual([
      ['not-json', sequence(2)],
      ['wrong-schema', sequence(3)],
      ['late', sequence(4)],
    ]);
    expect(lane(store)?.mark).toBe(sequence(4));
  });

  it('reports the lowest record that could not be set aside, and sets it aside when it comes again', async () => {
    let down = true;
    const aside: QuarantineMessage[] = [];
    const { store, handle } = setUp({
      quarantine: (messages) => {
        if (down) return Promise.reject(new Error('SQS is down'));
        aside.push(...messages);
        return Promise.resolve();
      },
    });
    const contents = [view(3), view(0), view(3), 'bad', view(3.5)];

    const first = await handle(eventOf(contents));
    down = false;
    const second = await handle(eventOf(contents.slice(1), 2));

    expect(first.response).toEqual(failing(sequence(2)));
    expect(first.errors).toEqual([new Error('SQS is down'), new Error('SQS is down')]);
    expect(second).toMatchObject({ response: whole, late: 1, quarantined: 1 });
    expect(aside.map(({ reason }) => reason)).toEqual(['wrong-schema', 'late']);
    expect(stored(store)).toMatchObject({
      [`views|home|${minutes(3)}|${LANE}`]: { records: 3 },
      [`visits|home|ann|${minutes(0)}|${LANE}`]: { records: 4 },
    });
  });

  it('lets no pane pass a record that is refused and could not be set aside: a later pipeline may take it', async () => {
    const accepts = createInterpreter(pipeline);
    const isStrict: AggregateContext['interpret'] = (value, arrival) =>
      (value as { user?: string }).user === 'bob'
        ? { reason: 'wrong-schema', detail: 'no bobs' }
        : accepts(value, arrival);
    const quarantine = () => Promise.reject(new Error('SQS is down'));
    const { store, handle } = setUp({ interpret: isStrict, quarantine });
    const event = eventOf([view(0), { ...view(0), user: 'bob' }, view(0)]);

    const first = await handle(event);
    const mended = await handleAggregate(
      { pipeline, interpret: accepts, store, quarantine, concurrency: 4, mayGoOn: () => true },
      event,
    );

    expect(first.response).toEqual(failing(sequence(2)));
    expect(mended).toMatchObject({ response: whole, quarantined: 0 });
    expect(stored(store)[`views|home|${minutes(0)}|${LANE}`]).toMatchObject({ records: 3 });
  });

  it('moves the lane up to the record before the lowest that failed', async () => {
    const { store, handle } = setUp();
    store.fault = (operation) =>
      operation.kind === 'putPane' && operation.ref.key.startsWith('cart') ? 'lost' : undefined;

    const report = await handle(eventOf([view(0), view(1), view(2, 'cart'), view(5)]));

    expect(report.response).toEqual(failing(sequence(3)));
    expect(lane(store)).toEqual({ mark: sequence(2), max: minutes(1), version: 1 });
  });

  it('does not move the lane when its first record failed', async () => {
    const { store, handle } = setUp();
    store.fault = ({ kind }) => (kind === 'putPane' ? 'lost' : undefined);

    const report = await handle(eventOf([view(0), view(1)]));

    expect(report.response).toEqual(failing(sequence(1)));
    expect(lane(store)).toBeUndefined();
  });

  it.each(['readLane', 'readPanes', 'writeLane'] as const)(
    'reports the whole batch when %s fails',
    async (kind) => {
      const { store, handle } = setUp();
      store.fault = (operation) => (operation.kind === kind ? 'lost' : undefined);

      const report = await handle(eventOf([view(0), view(1)]));

      expect(report).toMatchObject({
        response: failing(sequence(1)),
        errors: [{ message: `${kind} was lost` }],
      });
    },
  );

  it('reports what is left when time runs out, and does it when it comes again', async () => {
    let left = 2;
    const { store, handle } = setUp({ concurrency: 1, mayGoOn: () => left-- > 0 });
    const contents = [view(0), view(0, 'cart'), view(0, 'news')];

    const first = await handle(eventOf(contents));
    left = 100;
    const second = await handle(eventOf(contents));

    // Panes are written in the order of their first records: what is done when time runs out is done for good.
    expect(first.response).toEqual(failing(sequence(2)));
    expect(first.errors).toHaveLength(4);
    expect(second).toMatchObject({ response: whole, panesWritten: 4 });
    expect(Object.values(stored(store)).map(({ records }) => records)).toEqual([1, 1, 1, 1, 1, 1]);
  });

  it('keeps lanes apart', async () => {
    const { store, handle } = setUp();
    const other = 'shardId-000000000001';

    const report = await handle({
      Records: [kinesisRecord(9, view(5)), kinesisRecord(1, view(0), { shard: other })],
    });

    expect(report).toMatchObject({ records: 2, late: 0, response: whole });
    expect(store.items.get(`views/${other}`)?.mark?.S).toBe(sequence(1));
    expect(lane(store)?.mark).toBe(sequence(9));
  });

  it('reports each lane that failed', async () => {
    const { store, handle } = setUp();
    store.fault = ({ kind }) => (kind === 'readLane' ? 'lost' : undefined);

    const report = await handle({
      Records: [kinesisRecord(9, view(5)), kinesisRecord(1, view(0), { shard: 'shardId-000000000001' })],
    });

    expect(report.response.batchItemFailures).toEqual([
      { itemIdentifier: sequence(9) },
      { itemIdentifier: sequence(1) },
    ]);
  });

  it.each<[string, unknown, string]>([
    ['of another source', { Records: [{ eventSource: 'aws:sqs', body: '' }] }, 'unknown-source'],
    ['without a record', { Records: [] }, 'empty-event'],
    ['that is none', 'ping', 'unknown-source'],
  ])('sets an event aside %s, and answers that nothing failed', async (_what, event, reason) => {
    const { store, aside, handle } = setUp();

    const report = await handle(event);

    expect(report).toMatchObject({ records: 0, quarantined: 1, response: whole });
    expect(aside).toMatchObject([{ reason }]);
    expect(store.operations).toEqual([]);
  });

  it('fails as a whole when an event without sequence numbers cannot be set aside', async () => {
    const { handle } = setUp({ quarantine: () => Promise.reject(new Error('SQS is down')) });

    await expect(handle({ Records: [] })).rejects.toThrow('SQS is down');
  });
});
