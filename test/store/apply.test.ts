import { describe, expect, it } from 'vitest';
import { foldBatch, type BatchFold } from '../../lib/fold/batch.ts';
import { createInterpreter } from '../../lib/fold/interpret.ts';
import { emptyPane } from '../../lib/fold/pane.ts';
import type { LaneProgress } from '../../lib/fold/lane.ts';
import { ApplyError, applyPanes, type ApplyContext } from '../../lib/store/apply.ts';
import { isWithoutRecords, readPaneItem, type Item } from '../../lib/store/pane-item.ts';
import type { PaneStore } from '../../lib/store/port.ts';
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

describe('late records', () => {
  // Four minutes in, views of the first minute are closed, and visits of the first five are not.
  const ahead: LaneProgress = { mark: sequence(0), maxEventTime: minutes(4) };
  const view = (store: MemoryPaneStore, page: string) => {
    const item = store.items.get(`views|${page}|${T0}|${LANE}`)!;
    const { closed, mark, records: held } = readPaneItem(views, item);
    return { closed, mark, records: held, isWithoutRecords: isWithoutRecords(item) };
  };
  const late = (...numbers: number[]) =>
    numbers.map((n) => ({ sequence: sequence(n), aggregate: 'views', why: 'late' }));

  it('close a pane that has no others, and it is stored without records', async () => {
    const store = new MemoryPaneStore();

    const applied = await applyPanes(contextOf(store), fold(1, 3, ahead), ahead);

    expect(view(store, 'home')).toEqual({
      closed: { from: sequence(1), why: 'late' },
      mark: '0',
      records: 0,
      isWithoutRecords: true,
    });
    expect(stored(store)).toMatchObject({ [`visits|home|ann|${T0}|${LANE}`]: { records: 2 } });
    expect(applied).toMatchObject({ written: 4, unchanged: 0, failedFrom: undefined });
    expect(applied.leftOut).toEqual(late(1, 3, 2));
  });

  it('are told of again, and change nothing, when they come again', async () => {
    const store = new MemoryPaneStore();
    await applyPanes(contextOf(store), fold(1, 3, ahead), ahead);
    const before = store.dump();

    const applied = await applyPanes(contextOf(store), fold(1, 3, ahead), ahead);

    expect(applied).toMatchObject({ written: 0, unchanged: 4 });
    expect(applied.leftOut).toEqual(late(1, 3, 2));
    expect(store.dump()).toEqual(before);
  });

  it('stay out though a later delivery judges them in time, and so do those after them', async () => {
    const store = new MemoryPaneStore();
    await applyPanes(contextOf(store), fold(1, 1, ahead), ahead);

    const applied = await applyPanes(contextOf(store), fold(1, 5), undefined);

    expect(view(store, 'home')).toMatchObject({ closed: { from: sequence(1), why: 'late' }, records: 0 });
    expect(counts(store)).toEqual({ cart: 1, news: 1 });
    expect(applied.leftOut).toEqual(late(1, 3, 5));
    expect(applied.failedFrom).toBeUndefined();
  });

  it('stay in where they had been applied in time, and are not told of', async () => {
    const store = new MemoryPaneStore();
    await applyPanes(contextOf(store), fold(1, 3), undefined);
    const before = store.dump();

    const applied = await applyPanes(contextOf(store), fold(1, 3, ahead), ahead);

    expect(applied).toEqual({ written: 0, unchanged: 4, leftOut: [], failedFrom: undefined, errors: [] });
    expect(store.dump()).toEqual(before);
  });

  it('are told of from the first that had not been applied in time', async () => {
    const store = new MemoryPaneStore();
    await applyPanes(contextOf(store), fold(1, 3), undefined);

    const applied = await applyPanes(contextOf(store), fold(1, 5, ahead), ahead);

    expect(applied.leftOut).toEqual(late(5, 4));
    expect(view(store, 'home')).toMatchObject({ closed: { from: sequence(5), why: 'late' }, records: 2 });
    expect(view(store, 'cart')).toMatchObject({ closed: undefined, records: 1 });
  });

  it('are told of by whoever loses the race to close the pane', async () => {
    const store = new MemoryPaneStore();
    const slow = store.stale();
    await applyPanes(contextOf(store), fold(1, 1, ahead), ahead);

    const applied = await applyPanes({ ...contextOf(store), store: slow }, fold(1, 3), undefined);

    expect(applied.leftOut).toEqual(late(1, 3));
    expect(counts(store)).toEqual({ cart: 1 });
  });

  it('are reported, not told of, where their pane fails', async () => {
    const store = new MemoryPaneStore();
    store.fault = (operation) =>
      operation.kind === 'putPane' && operation.ref.key === 'cart' ? 'lost' : undefined;

    const applied = await applyPanes(contextOf(store), fold(1, 3, ahead), ahead);

    expect(applied.leftOut).toEqual(late(1, 3));
    expect(applied.failedFrom).toBe(sequence(2));
  });
});

describe('a pane that grows too large', () => {
  const HOME = `views|home|${T0}|${LANE}`;
  /** A store whose items of views of home hold so many records. */
  const storeFor = (most: number): MemoryPaneStore => {
    const store = new MemoryPaneStore();
    store.isTooLarge = ({ pk, n }) => pk?.S === 'views|home' && Number(n?.N) > most;
    return store;
  };
  const home = (store: MemoryPaneStore) => {
    const item: Item | undefined = store.items.get(HOME);
    if (item === undefined) return undefined;
    const { closed, mark, records: held } = readPaneItem(views, item);
    return { closed, mark, records: held };
  };
  const full = (...numbers: number[]) =>
    numbers.map((n) => ({ sequence: sequence(n), aggregate: 'views', why: 'full' }));
  const closedAt = (n: number) => ({ from: sequence(n), why: 'full' });

  it('is closed at the first record that is not in it yet, and the others are written', async () => {
    const store = storeFor(1);
    await applyPanes(contextOf(store), fold(1, 2), undefined);

    const applied = await applyPanes(contextOf(store), fold(3, 5), undefined);

    expect(home(store)).toEqual({ closed: closedAt(3), mark: sequence(1), records: 1 });
    expect(applied).toMatchObject({ written: 4, failedFrom: undefined, errors: [] });
    expect(applied.leftOut).toEqual(full(3, 5));
    expect(stored(store)).toMatchObject({ [`visits|home|ann|${T0}|${LANE}`]: { records: 3 } });
  });

  it('is closed at its first record where nothing is stored', async () => {
    const store = storeFor(2);

    const applied = await applyPanes(contextOf(store), fold(1, 5), undefined);

    expect(home(store)).toEqual({ closed: closedAt(1), mark: '0', records: 0 });
    expect(applied.leftOut).toEqual(full(1, 3, 5));
  });

  it('is told of, and stays as it is, when the batch comes again or the next one comes', async () => {
    const store = storeFor(2);
    await applyPanes(contextOf(store), fold(1, 3), undefined);
    await applyPanes(contextOf(store), fold(4, 5), undefined);
    const before = store.dump();

    const again = await applyPanes(contextOf(store), fold(4, 5), undefined);
    const whole = await applyPanes(contextOf(store), fold(1, 5), undefined);

    expect(again).toMatchObject({ written: 0, leftOut: full(5) });
    expect(whole).toMatchObject({ written: 0, leftOut: full(5) });
    expect(store.dump()).toEqual(before);
  });

  it('stays closed where later records would have room, as what is to follow must not depend on the batch', async () => {
    const store = storeFor(1);
    await applyPanes(contextOf(store), fold(1, 3), undefined);

    const applied = await applyPanes(contextOf(store), fold(5, 5), undefined);

    expect(home(store)).toMatchObject({ closed: closedAt(1), records: 0 });
    expect(applied.leftOut).toEqual(full(5));
  });

  it('is closed at the first record that is not in it yet, not at the first of a batch of which a part is', async () => {
    const store = storeFor(2);
    await applyPanes(contextOf(store), fold(1, 3), undefined);

    const applied = await applyPanes(contextOf(store), fold(1, 5), undefined);

    expect(home(store)).toEqual({ closed: closedAt(5), mark: sequence(3), records: 2 });
    expect(applied.leftOut).toEqual(full(5));
  });

  /** Applies records 1 to 5, of which an item has room for one, while another invocation is faster to close it. */
  async function race(other: (store: MemoryPaneStore) => Promise<unknown>) {
    const store = storeFor(1);
    await applyPanes(contextOf(store), fold(1, 1), undefined);
    let isFirst = true;
    const slow: PaneStore = {
      readLane: (lane) => store.readLane(lane),
      writeLane: (...args) => store.writeLane(...args),
      readPanes: (refs) => store.readPanes(refs),
      putPane: async (ref, pane, version) => {
        if (isFirst && ref.aggregate === views && ref.key === 'home' && pane.closed !== undefined) {
          isFirst = false;
          await other(store);
        }
        return store.putPane(ref, pane, version);
      },
    };
    const applied = await applyPanes({ ...contextOf(store), store: slow }, fold(2, 5), undefined);
    expect(isFirst).toBe(false);
    return { store, applied };
  }

  it('is full, not late, to whoever loses the race to close it', async () => {
    const { store, applied } = await race((store) => applyPanes(contextOf(store), fold(2, 5), undefined));

    expect(applied.leftOut).toEqual(full(3, 5));
    expect(home(store)).toEqual({ closed: closedAt(3), mark: sequence(1), records: 1 });
    expect(applied).toMatchObject({ failedFrom: undefined, errors: [] });
  });

  it('is full, not late, where the race was lost to one that left it open', async () => {
    const { store, applied } = await race((store) => {
      // A repair writes the pane anew, under the same mark.
      const item = store.items.get(HOME)!;
      store.items.set(HOME, { ...item, v: { N: String(Number(item.v?.N) + 1) } });
      return Promise.resolve();
    });

    expect(applied.leftOut).toEqual(full(3, 5));
    expect(home(store)).toEqual({ closed: closedAt(3), mark: sequence(1), records: 1 });
  });

  it('is closed further on where the race was lost to one that added records', async () => {
    const { store, applied } = await race(async (store) => {
      store.isTooLarge = ({ pk, n }) => pk?.S === 'views|home' && Number(n?.N) > 2;
      await applyPanes(contextOf(store), fold(2, 4), undefined);
    });

    expect(applied.leftOut).toEqual(full(5));
    expect(home(store)).toEqual({ closed: closedAt(5), mark: sequence(3), records: 2 });
  });

  it('stays as it is where another invocation has added all of the batch meanwhile', async () => {
    const store = storeFor(2);
    const then = store.stale();
    let reads = 0;
    const slow: PaneStore = {
      ...then,
      readPanes: (refs) => (reads++ === 0 ? then : store).readPanes(refs),
    };
    await applyPanes(contextOf(store), fold(1, 3), undefined);
    const before = store.dump();
    store.isTooLarge = ({ pk, n }) => pk?.S === 'views|home' && Number(n?.N) > 1;

    const applied = await applyPanes({ ...contextOf(store), store: slow }, fold(1, 3), undefined);

    expect(applied).toEqual({ written: 0, unchanged: 4, leftOut: [], failedFrom: undefined, errors: [] });
    expect(store.dump()).toEqual(before);
  });

  it('stays closed by a late record where it has no room either', async () => {
    const store = storeFor(0);
    const ahead: LaneProgress = { mark: sequence(0), maxEventTime: minutes(4) };
    await applyPanes(contextOf(store), fold(1, 1, ahead), ahead);

    const applied = await applyPanes(contextOf(store), fold(1, 5), undefined);

    expect(applied.leftOut.map(({ why }) => why)).toEqual(['late', 'late', 'late']);
  });

  it('leaves out as full what came too late for it as well', async () => {
    const store = storeFor(0);
    const later = [...records.slice(0, 3), record(4, 4, 'home'), record(5, 0, 'home')];
    const batch = foldBatch(pipeline, laneBatch(later), undefined, { interpret });

    const applied = await applyPanes(contextOf(store), batch, undefined);

    // Record 5 is late by the lane's watermark, but the pane was closed before it.
    expect(applied.leftOut.filter(({ sequence: at }) => at !== sequence(4))).toEqual(full(1, 3, 5));
  });
});
