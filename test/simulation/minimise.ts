import { run } from './world.ts';

/** What is left of a seed's schedule when nothing more can be left out of it without losing the violation. */
export interface Schedule {
  readonly faults: readonly string[];
  readonly records: readonly number[];
  readonly violations: readonly string[];
}

const MOST_RUNS = 400;

/**
 * Leaves out faults and records for as long as a violation remains: halves, quarters and so on down to single ones (delta
 * debugging: Zeller and Hildebrandt 2002).
 */
export async function minimise(seed: number): Promise<Schedule> {
  const whole = await run(seed);
  let best: Schedule = whole;
  let runs = 0;
  const attempt = async (faults: readonly string[], records: readonly number[]): Promise<boolean> => {
    if (++runs > MOST_RUNS) return false;
    const { violations } = await run(seed, { faults: new Set(faults), records: new Set(records) });
    if (violations.length === 0) return false;
    best = { faults, records, violations };
    return true;
  };
  await reduce(best.faults, (faults) => attempt(faults, best.records));
  await reduce(best.records, (records) => attempt(best.faults, records));
  await reduce(best.faults, (faults) => attempt(faults, best.records));
  return best;
}

async function reduce<T>(
  all: readonly T[],
  isEnough: (some: readonly T[]) => Promise<boolean>,
): Promise<void> {
  let left = [...all];
  for (let size = Math.ceil(left.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let from = 0; from < left.length;) {
      const without = [...left.slice(0, from), ...left.slice(from + size)];
      if (await isEnough(without)) left = without;
      else from += size;
    }
  }
}
