import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Player, type PlayerOptions } from '../../../lib/local/playback/player.ts';
import type { Playable, RecordedEvent } from '../../../lib/local/playback/recording.ts';
import type { Speed } from '../../../lib/local/playback/speed.ts';
import { VirtualClock } from '../../esm/virtual-clock.ts';

const START = Date.UTC(2024, 0, 1);
const DAY = 86_400_000;

interface PutEvent extends RecordedEvent {
  /** By the clock, ms after it began. */
  readonly after: number;
}

/** Events with these event times, ms after the first; undefined for lines without. */
function recordingOf(times: readonly (number | undefined)[], piece = 3): Playable {
  const known = times.filter((time) => time !== undefined).map((time) => START + time);
  return {
    total: times.length,
    from: Math.min(...known),
    to: Math.max(...known),
    passMs: DAY,
    // eslint-disable-next-line @typescript-eslint/require-await -- events are read asynchronously
    async *events(pass) {
      for (let at = 0; at < times.length; at += piece) {
        yield times.slice(at, at + piece).map((time, i) => ({
          line: String(at + i),
          at: time === undefined ? undefined : START + time + pass * DAY,
        }));
      }
    },
  };
}

function playerOf(
  recording: Playable,
  speed: Speed,
  more: Partial<PlayerOptions> = {},
): { readonly player: Player; readonly put: PutEvent[]; readonly clock: VirtualClock } {
  const clock = new VirtualClock(0);
  const put: PutEvent[] = [];
  const player = new Player({
    recording,
    clock,
    speed,
    put: (events) => {
      put.push(...events.map((event) => ({ ...event, after: clock.now() })));
      return Promise.resolve();
    },
    ...more,
  });
  return { player, put, clock };
}

describe('a player', () => {
  test('puts events with the time between them that was recorded', async () => {
    const { player, put } = playerOf(recordingOf([0, 1, 250, 250, 60_000, 3_600_000]), 1);
    await player.run();
    expect(put.map(({ after }) => after)).toEqual([0, 1, 250, 250, 60_000, 3_600_000]);
    expect(put.map(({ line }) => line)).toEqual(['0', '1', '2', '3', '4', '5']);
  });

  test('puts them in a sixtieth of it at 60x', async () => {
    const { player, put } = playerOf(recordingOf([0, 60, 6_000, 90_000, 3_600_000]), 60);
    await player.run();
    expect(put.map(({ after }) => after)).toEqual([0, 1, 100, 1_500, 60_000]);
  });

  test('waits for nothing at max', async () => {
    const { player, put } = playerOf(recordingOf([0, 10 * DAY, 20 * DAY]), 'max');
    await player.run();
    expect(put.map(({ after }) => after)).toEqual([0, 0, 0]);
  });

  test('puts an event that is older than the one before, or has no time, at once', async () => {
    const { player, put } = playerOf(recordingOf([undefined, 5_000, 1_000, undefined, 6_000]), 1);
    await player.run();
    expect(put.map(({ after }) => after)).toEqual([0, 0, 0, 0, 1_000]);
  });

  test('waits longer than a timer can', async () => {
    const { player, put } = playerOf(recordingOf([0, 40 * DAY]), 1);
    await player.run();
    expect(put[1]?.after).toBe(40 * DAY);
  });

  test('puts later by just as long as it was paused', async () => {
    const { player, put, clock } = playerOf(recordingOf([0, 1_000, 2_000]), 1);
    const played = player.run();
    await clock.sleep(1_300);
    player.pause();
    expect(player.state()).toMatchObject({ state: 'paused', put: 2, passes: 0 });
    await clock.sleep(7_777);
    player.play();
    await played;
    expect(put.map(({ after }) => after)).toEqual([0, 1_000, 9_777]);
    expect(player.state()).toMatchObject({ state: 'done', put: 3, eventTime: START + 2_000 });
  });

  test('counts a change of speed from the moment in which it is made', async () => {
    const { player, put, clock } = playerOf(recordingOf([0, 10_000, 20_000, 20_100, 90_000]), 1);
    const played = player.run();
    await clock.sleep(5_000);
    player.setSpeed(10);
    await clock.sleep(1_500);
    // Event time stands at 20 s; from max, it goes on where the last event was.
    player.setSpeed('max');
    await played;
    expect(put.map(({ after }) => after)).toEqual([0, 5_500, 6_500, 6_500, 6_500]);
  });

  test('goes on from the last event when it is slowed down from max', async () => {
    let release: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => (release = resolve));
    const after: number[] = [];
    const clock = new VirtualClock(0);
    const player = new Player({
      recording: recordingOf([0, 50_000, 50_500], 2),
      clock,
      speed: 'max',
      put: async (events) => {
        after.push(...events.map(() => clock.now()));
        await gate;
      },
    });
    const played = player.run();
    await clock.sleep(100);
    player.pause();
    release();
    await clock.sleep(900);
    player.change({ play: true, speed: 1 });
    await played;
    expect(after).toEqual([0, 0, 1_500]);
  });

  test('begins again after the last event, later, until it is stopped', async () => {
    const passes: number[] = [];
    const { player, put, clock } = playerOf(recordingOf([0, 1_000]), 1, {
      loop: true,
      onPass: async () => {
        passes.push(clock.now());
        await clock.sleep(500);
        if (passes.length === 3) player.stop();
      },
    });
    await player.run();
    expect(put.map(({ at }) => at! - START)).toEqual([0, 1_000, DAY, DAY + 1_000, 2 * DAY, 2 * DAY + 1_000]);
    // What is done between passes holds the playback up by just as long.
    expect(put.map(({ after }) => after)).toEqual([
      0,
      1_000,
      DAY + 500,
      DAY + 1_500,
      2 * DAY + 1_000,
      2 * DAY + 2_000,
    ]);
    expect(player.state()).toMatchObject({ state: 'done', passes: 3, loop: true });
  });

  test('puts nothing more once it is stopped', async () => {
    const { player, put, clock } = playerOf(recordingOf([0, 1_000, 2_000]), 1);
    const played = player.run();
    await clock.sleep(1_500);
    player.stop();
    await played;
    expect(put).toHaveLength(2);
    expect(clock.now()).toBe(1_500);
  });

  test('tells of every change', async () => {
    const { player } = playerOf(recordingOf([0, 1_000]), 1);
    const seen: string[] = [];
    const end = player.onChange(({ state, put, speed }) => seen.push(`${state} ${put} ${speed}`));
    const played = player.run();
    player.setSpeed(2);
    await played;
    end();
    player.pause();
    expect(seen).toEqual(['playing 0 2', 'playing 1 2', 'playing 2 2', 'playing 2 2', 'done 2 2']);
  });
});

const gaps = fc.array(fc.option(fc.integer({ min: -500, max: 2_000 }), { nil: undefined }), {
  minLength: 1,
  maxLength: 30,
});
const speeds = fc.oneof(
  fc.constant<Speed>('max'),
  fc.constantFrom<Speed>(0.5, 1, 3, 60),
  fc.double({ min: 0.1, max: 100, noNaN: true }),
);
const changes = fc.array(
  fc.record({ wait: fc.integer({ min: 0, max: 1_500 }), play: fc.boolean(), speed: speeds }),
  { maxLength: 12 },
);

test('whatever is changed when, events are put in order, once, and never before they are due', async () => {
  await fc.assert(
    fc.asyncProperty(gaps, speeds, changes, async (steps, speed, sequence) => {
      let time = 0;
      const times = steps.map((gap) => (gap === undefined ? undefined : (time += gap)));
      if (times.every((one) => one === undefined)) return;
      const { player, put, clock } = playerOf(recordingOf(times), speed);
      const played = player.run();
      // How far event time can have come by the clock: an account of its own, in steps between changes.
      const spans: { from: number; rate: Speed }[] = [{ from: 0, rate: speed }];
      let current = speed;
      for (const { wait, play, speed: next } of sequence) {
        await clock.sleep(wait);
        player.change({ play, speed: next });
        current = next;
        spans.push({ from: clock.now(), rate: play ? current : 0 });
      }
      player.play();
      spans.push({ from: clock.now(), rate: current });
      await played;

      expect(put.map(({ line }) => line)).toEqual(times.map((_, i) => String(i)));
      // Between two events that were put while no span was 'max', at least so much event time was let pass.
      const first = put.find(({ at }) => at !== undefined)!;
      for (const { at, after } of put) {
        if (at === undefined) continue;
        expect(passed(spans, first.after, after)).toBeGreaterThanOrEqual(at - first.at! - 1e-6);
      }
    }),
    { numRuns: 200 },
  );
});

/** Event time (ms) that may have passed between two moments; without bound if there was no limit to speed. */
function passed(spans: readonly { from: number; rate: Speed }[], from: number, to: number): number {
  return spans.reduce((sum, span, i) => {
    const begin = Math.max(from, span.from);
    const end = Math.min(to, spans[i + 1]?.from ?? Infinity);
    if (end < begin) return sum;
    return sum + (span.rate === 'max' ? Infinity : (end - begin) * span.rate);
  }, 0);
}
