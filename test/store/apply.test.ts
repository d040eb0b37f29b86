import { describe, expect, it } from 'vitest';
import { foldBatch, type BatchFold } from '../../lib/fold/batch.ts';
import { createInterpreter } from '../../lib/fold/interpret.ts';
import { emptyPane } from '../../lib/fold/pane.ts';
import type { LaneProgress } from '../../lib/fold/lane.ts';
import { ApplyError, applyPanes, type ApplyContext } from '../../lib/store/apply.ts';
import { stored } from '../support/brute-force.ts';
import { laneBatch, LANE, sequence, streamRecord } from '../support/kinesis.ts';
import { InjectedError, MemoryPaneStore } from '../support/memory-pane-store.ts';
import { minutes, pipeline, T0, views } from '../support/pipeline.ts';

const interpret = createInterpreter(pipeline);
const record = (n: number, minute: number, page: string) =>
  streamRecord(n, { at: minutes(minute), page, user: 'ann', ms: 1 });

// Each page is one pane of each aggregate: home of records 1, 3 and 5, cart of 2, news of 4.
const pages = ['home', 'cart', 'home', 'news', 'home'];
const records = pages.map((page, i) => record(i + 1, 0, page));

const fold = (from: number, to: number, before?: LaneProgress): BatchFold =>
  foldBatch(pipeline, laneBatch(records.slice(from - 1, to)), before, { interpret });

const contextOf = (store: MemoryPaneStore, over: Partial<ApplyContext> = {}): ApplyContext => ({
  pipeline,
  store,
  interpret,
  concurrency: 1,
  mayGoOn: () => true,
  ...over,
});

const counts = (store: MemoryPaneStore) =>
  Object.fromEntries(
    Object.entries(stored(store))
      .filter(([id]) => id.startsWith('views'))
      .map(([id, { n }]) => [id.split('|')[1]!, n]),
  );

describe('applyPanes', () => {
  it('reads all panes at once and writes each once', async () => {
    const store = new MemoryPaneStore();

    const applied = await applyPanes(contextOf(store), fold(1, 5), undefined);

    expect(applied).toEqual({ written: 6, unchanged: 0, leftOut: [], failedFrom: undefined, errors: [] });
    expect(counts(store)).toEqual({ home: 3, cart: 1, news: 1 });
    expect(store.operations.map(({ kind }) => kind)).toEqual([
      'readPanes',
      ...Array<string>(6).fill('putPane'),
    ]);
  });

  it('asks nothing of the store when there is nothing to apply', async () => {
    const store = new MemoryPaneStore();

    const applied = await applyPanes(contextOf(store), fold(1, 0), undefined);

    expect(applied).toEqual({ written: 0, unchanged: 0, leftOut: [], failedFrom: undefined, errors: [] });
    expect(store.operations).toEqual([]);
  });

  it('writes nothing the second time', async () => {
    const store = new MemoryPaneStore();
    await applyPanes(contextOf(store), fold(1, 5), undefined);
    const before = store.dump();

    const applied = await applyPanes(contextOf(store), fold(1, 5), undefined);

    expect(applied).toMatchObject({ written: 0, unchanged: 6, failedFrom: undefined });
    expect(store.dump()).toEqual(before);
  });

  it('adds only what a pane lacks of a batch that it holds in part', async () => {
    const store = new MemoryPaneStore();
    await applyPanes(contextOf(store), fold(1, 3), undefined);

    const applied = await applyPanes(contextOf(store), fold(2, 5), undefined);

    expect(applied).toMatchObject({ written: 4, unchanged: 2 });
    expect(counts(store)).toEqual({ home: 3, cart: 1, news: 1 });
  });

  it('reports the first record of the lowest pane that failed, and writes the others', async () => {
    const store = new MemoryPaneStore();
    store.fault = (operation) =>
      operation.kind === 'putPane' && /^(news|cart)/.test(operation.ref.key) ? 'lost' : undefined;

    const applied = await applyPanes(contextOf(store), fold(1, 5), undefined);

    expect(applied).toMatchObject({ written: 2, failedFrom: sequence(2) });
    expect(applied.errors).toHaveLength(4);
    expect(applied.errors[0]).toBeInstanceOf(InjectedError);
    expect(counts(store)).toEqual({ home: 3 });
  });

  it('is made good by the tail alone, though a write had taken effect unanswered', async () => {
    const store = new MemoryPaneStore();
    store.fault = (operation) =>
      operation.kind === 'putPane' && operation.ref.key.startsWith('cart') ? 'unanswered' : undefined;
    const first = await applyPanes(contextOf(store), fold(1, 5), undefined);
    store.fault = () => undefined;

    const second = await applyPanes(contextOf(store), fold(2, 5), { mark: sequence(1), maxEventTime: T0 });

    expect(first.failedFrom).toBe(sequence(2));
    expect(second).toMatchObject({ written: 0, unchanged: 6, failedFrom: undefined });
    expect(counts(store)).toEqual({ home: 3, cart: 1, news: 1 });
  });

  it('plans again on what stands there when another invocation was faster', async () => {
    const store = new MemoryPaneStore();
    const slow = store.stale();
    await applyPanes(contextOf(store), fold(1, 3), undefined);

    const applied = await applyPanes({ ...contextOf(store), store: slow }, fold(1, 5), undefined);

    expect(applied).toMatchObject({ written: 4, unchanged: 2, failedFrom: undefined });
    expect(counts(store)).toEqual({ home: 3, cart: 1, news: 1 });
  });

  it('gives a pane up that others keep writing', async () => {
    const store = new MemoryPaneStore();
    let others = 0;
    const busy: ApplyContext['store'] = Object.assign(store.stale(), {
      putPane: () =>
        Promise.resolve({
          written: false,
          found: {
            accs: emptyPane(views, 'cart', T0, '1').accs,
            records: 1,
            first: '1',
            mark: String(others++),
            version: others,
          },
        } as const),
    });

    const applied = await applyPanes({ ...contextOf(store), store: busy }, fold(2, 2), undefined);

    expect(applied.failedFrom).toBe(sequence(2));
    expect(applied.errors[0]).toBeInstanceOf(ApplyError);
    expect(String(applied.errors[0])).toContain(
      `pane (views, cart) of ${LANE} was written by others 5 times meanwhile`,
    );
  });

  it('reports what is left when time runs out', async () => {
    const store = new MemoryPaneStore();
    let left = 3;

    const applied = await applyPanes(contextOf(store, { mayGoOn: () => left-- > 0 }), fold(1, 5), undefined);

    // Panes come in the order of their first records: both panes of record 1, and one of record 2.
    expect(applied).toMatchObject({ written: 3, failedFrom: sequence(2) });
    expect(String(applied.errors[0])).toContain('ran out of time');
  });

  it('rejects when the panes cannot be read, having written nothing', async () => {
    const store = new MemoryPaneStore();
    store.fault = ({ kind }) => (kind === 'readPanes' ? 'lost' : undefined);

    await expect(applyPanes(contextOf(store), fold(1, 5), undefined)).rejects.toThrow('readPanes was lost');
    expect(store.dump()).toEqual({});
  });

  it('says so when a function of the pipeline does not give twice what it gave once', async () => {
    const store = new MemoryPaneStore();
    await applyPanes(contextOf(store), fold(1, 3), undefined);
    const batch = fold(1, 5);
    const forgetful = () => ({ reason: 'author-error', detail: '' }) as const;

    const applied = await applyPanes(contextOf(store, { interpret: forgetful }), batch, undefined);

    expect(String(applied.errors[0])).toContain('is a function of the pipeline impure?');
    expect(applied.failedFrom).toBe(sequence(1));
  });
});
