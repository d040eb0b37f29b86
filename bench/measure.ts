import { performance } from 'node:perf_hooks';

/** Something whose time is taken. */
export interface Contestant {
  readonly name: string;
  /** One unit of work; a promise is awaited. */
  readonly run: () => unknown;
  /** Units a round, for work that takes less than some milliseconds. Default 1. */
  readonly units?: number;
}

/** Times of one contestant, in ms a unit. */
export interface Timing {
  readonly name: string;
  /** By round. All contestants' times at one index were taken right after each other. */
  readonly rounds: readonly number[];
  readonly median: number;
}

export interface MeasureOptions {
  /** Rounds whose times are kept. Default 9. */
  readonly rounds?: number;
  /** Rounds before, whose times are not. Default 2. */
  readonly warmUp?: number;
  /** A clock in ms. */
  readonly now?: () => number;
}

/**
 * Times contestants in turn, round by round, so that a machine that slows down slows all of them. Who comes first
 * rotates, because one contestant's garbage is collected in the time of the next.
 *
 * @example
 * const [floor, handler] = await measure([{ name: 'floor', run: parse }, { name: 'handler', run: handle }]);
 */
export async function measure(
  contestants: readonly Contestant[],
  { rounds = 9, warmUp = 2, now = () => performance.now() }: MeasureOptions = {},
): Promise<Timing[]> {
  const times = contestants.map((): number[] => []);
  for (let round = 0; round < warmUp + rounds; round++) {
    for (let turn = 0; turn < contestants.length; turn++) {
      const index = (round + turn) % contestants.length;
      const contestant = contestants[index];
      if (contestant === undefined) continue;
      const time = await timeOf(contestant, now);
      if (round >= warmUp) times[index]?.push(time);
    }
  }
  return contestants.map(({ name }, i) => ({ name, rounds: times[i] ?? [], median: median(times[i] ?? []) }));
}

async function timeOf({ run, units = 1 }: Contestant, now: () => number): Promise<number> {
  const start = now();
  for (let unit = 0; unit < units; unit++) {
    const pending = run();
    // Awaiting what is no promise would put a turn of the microtask queue on synchronous work.
    if (pending instanceof Promise) await pending;
  }
  return (now() - start) / units;
}

/**
 * How fast `timing` is against a floor: 1 is as fast, 0.5 takes twice the time. The median of the rounds' own ratios,
 * which a change of the machine's speed between rounds does not touch.
 */
export function speedAgainst(floor: Timing, timing: Timing): number {
  return median(timing.rounds.map((time, round) => (floor.rounds[round] ?? NaN) / time));
}

/** The middle value, or the mean of the two in the middle; NaN of nothing. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)] ?? NaN;
  const lower = sorted[Math.floor((sorted.length - 1) / 2)] ?? NaN;
  return (lower + upper) / 2;
}
