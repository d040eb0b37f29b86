import { describe, expect, it } from 'vitest';
import { standstillByClock } from '../../lib/standstill/standstill.ts';
import type { StoredLane } from '../../lib/store/port.ts';

const lanes: StoredLane[] = [{ lane: 'l', mark: '7', maxEventTime: 1_000, version: 1, at: 500 }];

function setUp(answer: () => boolean = () => false) {
  const [asked, errors]: [StoredLane[][], unknown[]] = [[], []];
  let now = 0;
  const standstill = standstillByClock({
    pipeline: { maxOutOfOrderness: 10, silentAfter: 300 },
    now: () => now,
    hasUnread: (given) => {
      asked.push([...given]);
      return Promise.resolve().then(answer);
    },
    onError: (error) => errors.push(error),
  });
  return {
    asked,
    errors,
    at: (time: number, reached = 990) => {
      now = time;
      return standstill(lanes, reached);
    },
  };
}

describe('standstillByClock', () => {
  it('lets event time go on once nothing has come for long enough', async () => {
    const { at } = setUp();

    expect([await at(799), await at(800), await at(900)]).toEqual([990, 1_290, 1_390]);
  });

  it('never takes event time back', async () => {
    const { at } = setUp();

    expect(await at(800, 5_000)).toBe(5_000);
  });

  it('waits for lanes that have records to come to', async () => {
    const { at, asked } = setUp(() => true);

    expect(await at(800)).toBe(990);
    expect(asked).toEqual([lanes]);
  });

  it('asks for no records that could change nothing', async () => {
    const { at, asked } = setUp();

    await at(799);
    await at(800, 1_290);

    expect(asked).toEqual([]);
  });

  it('takes nothing for silence while it cannot ask, and says so', async () => {
    const failure = new Error('no answer');
    const { at, errors } = setUp(() => {
      throw failure;
    });

    expect(await at(800)).toBe(990);
    expect(errors).toEqual([failure]);
  });
});
