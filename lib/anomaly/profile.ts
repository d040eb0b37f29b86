const HOUR = 3_600_000;
/** Cycles that an hour's mean looks back on. */
const CYCLES = 6;
const MOST_VALUES = 255;

/** What a season's hours have been like: the mean of each over the last cycles. */
export interface Profile {
  /** Mean by hour of the cycle. */
  readonly means: Float64Array;
  /** Values that each has been learnt from, up to 255. */
  readonly counts: Uint8Array;
}

/** @param period length of a cycle in ms, a multiple of an hour */
export function emptyProfile(period: number): Profile {
  const hours = period / HOUR;
  return { means: new Float64Array(hours), counts: new Uint8Array(hours) };
}

/** What is to be expected at a time (ms since 1970), `undefined` in an hour that nothing is known of yet. */
export function expectedAt({ means, counts }: Profile, time: number): number | undefined {
  const hour = hourOf(time, means.length);
  return counts[hour] === 0 ? undefined : means[hour];
}

/**
 * Learns a value.
 *
 * @param clip how far it may be from what was expected; beyond, it counts as if it were no further
 * @param spacing usual time between two values in ms
 */
export function learnProfile(
  { means, counts }: Profile,
  time: number,
  value: number,
  clip: number,
  spacing: number,
): void {
  const hour = hourOf(time, means.length);
  const [mean = 0, count = 0] = [means[hour], counts[hour]];
  const memory = Math.min(MOST_VALUES, CYCLES * Math.max(1, HOUR / spacing));
  const next = Math.min(memory, count + 1);
  const error = count === 0 ? value : Math.max(-clip, Math.min(clip, value - mean));
  means[hour] = mean + error / next;
  counts[hour] = Math.min(MOST_VALUES, count + 1);
}

function hourOf(time: number, hours: number): number {
  return ((Math.floor(time / HOUR) % hours) + hours) % hours;
}
