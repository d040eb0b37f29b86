import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { startSchedules } from '../../lib/local/scheduler.ts';
import type { Schedule } from '../../lib/local/stack/schedules.ts';

const schedule = (key: string, everyMs: number): Schedule => ({
  logicalId: `${key}Rule`,
  ruleArn: `arn:aws:events:eu-west-1:000000000000:rule/${key}`,
  everyMs,
  function: {
    logicalId: key,
    key,
    functionName: key,
    arn: key,
    handler: key,
    timeoutSeconds: 1,
    memoryMegabytes: 128,
    environment: {},
    artifact: undefined,
  },
});

beforeEach(() => {
  vi.useFakeTimers({ now: Date.UTC(2026, 0, 1) });
});
afterEach(() => {
  vi.useRealTimers();
});

describe('startSchedules', () => {
  it('invokes each function again and again, with the event of a schedule', async () => {
    const invoked: [string, unknown][] = [];
    const scheduler = startSchedules(
      [schedule('tick', 60_000), schedule('redrive', 150_000)],
      (key, event) => {
        invoked.push([key, event]);
        return Promise.resolve();
      },
    );

    await vi.advanceTimersByTimeAsync(180_000);
    await scheduler.stop();
    await vi.advanceTimersByTimeAsync(180_000);

    expect(invoked.map(([key]) => key)).toEqual(['tick', 'tick', 'redrive', 'tick']);
    expect(invoked[0]?.[1]).toMatchObject({
      'detail-type': 'Scheduled Event',
      source: 'aws.events',
      account: '000000000000',
      region: 'eu-west-1',
      time: '2026-01-01T00:01:00Z',
      resources: ['arn:aws:events:eu-west-1:000000000000:rule/tick'],
      detail: {},
    });
  });

  it('goes on after a run that failed, and waits for one under way when it is stopped', async () => {
    const ends: (() => void)[] = [];
    let runs = 0;
    const scheduler = startSchedules([schedule('tick', 60_000)], () => {
      runs++;
      return runs === 1 ? Promise.reject(new Error('thrown')) : new Promise<void>((end) => ends.push(end));
    });
    await vi.advanceTimersByTimeAsync(120_000);
    let isStopped = false;

    const stopped = scheduler.stop().then(() => (isStopped = true));
    await vi.advanceTimersByTimeAsync(0);
    expect([runs, isStopped]).toEqual([2, false]);
    for (const end of ends) end();
    await stopped;

    expect(isStopped).toBe(true);
  });
});
