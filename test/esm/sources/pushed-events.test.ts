import { describe, expect, it } from 'vitest';
import { PushedEvents } from '../../../lib/esm/sources/pushed-events.ts';

const event = (MillisBehindLatest: number) => ({
  Records: [],
  ContinuationSequenceNumber: '1',
  MillisBehindLatest,
});

/** Whether a promise is settled once all that can go on has done so. */
async function isSettled(promise: Promise<void>): Promise<boolean> {
  let settled = false;
  void promise.then(() => (settled = true));
  await new Promise((resolve) => setImmediate(resolve));
  return settled;
}

describe('PushedEvents', () => {
  it('lets who pushes wait while it is full', async () => {
    const events = new PushedEvents(2);
    expect(await isSettled(events.push(event(1)))).toBe(true);
    const second = events.push(event(2));
    expect(await isSettled(second)).toBe(false);
    expect(events.take()).toEqual(event(1));
    expect(await isSettled(second)).toBe(true);
    expect([events.size, events.take(), events.take()]).toEqual([1, event(2), undefined]);
  });

  it('lets go of who waits when nobody will take any more', async () => {
    const events = new PushedEvents(1);
    const pushed = events.push(event(1));
    expect(await isSettled(pushed)).toBe(false);
    events.release();
    expect(await isSettled(pushed)).toBe(true);
  });
});
