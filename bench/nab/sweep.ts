import { probation, stakesOf, type Profile, type Stake, type Window } from './protocol.ts';

/** A detector's scores of one series, beside its labels. */
export interface Judged {
  /** One in [0, 1] for each point of the series. */
  readonly scores: ArrayLike<number>;
  readonly windows: readonly Window[];
}

/** The threshold under which a detector does best, and how well it does. */
export interface Best {
  readonly threshold: number;
  /** 0 for a detector that never detects, 100 for one that detects each window at its first point and nothing else. */
  readonly score: number;
}

/** What detections at or above a threshold come to in one series. */
export interface Tally {
  readonly worth: number;
  readonly windows: number;
  readonly found: number;
  readonly falsePositives: number;
}

/**
 * The best threshold for a whole corpus. All points are detected in the order of their scores, and the worth of what
 * has been detected so far is kept up to date.
 */
export function optimise(corpus: readonly Judged[], profile: Profile): Best {
  const points = corpus.flatMap((series, index) => pointsOf(series, index, profile));
  points.sort((one, other) => other.score - one.score);
  const found = new Map<string, number>();
  let worth = nullWorth(corpus, profile);
  let best = { threshold: Infinity, worth };
  points.forEach(({ score, series, stake }, at) => {
    worth += gain(found, `${series}/${stake.window}`, stake, profile);
    // Points of one score are detected together.
    if (worth > best.worth && points[at + 1]?.score !== score) best = { threshold: score, worth };
  });
  return { threshold: best.threshold, score: normalise(best.worth, corpus, profile) };
}

/** What one threshold gives for one series. */
export function tally({ scores, windows }: Judged, threshold: number, profile: Profile): Tally {
  const begin = probation(scores.length);
  const found = new Map<string, number>();
  let worth = -windows.length * profile.falseNegative;
  let falsePositives = 0;
  stakesOf(scores.length, windows, profile).forEach((stake, offset) => {
    if ((scores[begin + offset] ?? 0) < threshold) return;
    worth += gain(found, String(stake.window), stake, profile);
    if (stake.window === undefined) falsePositives++;
  });
  return { worth, windows: windows.length, found: found.size, falsePositives };
}

/** The worth of a corpus on the scale from 0 (nothing detected) to 100 (perfect); NaN without a window. */
export function normalise(worth: number, corpus: readonly Judged[], profile: Profile): number {
  const none = nullWorth(corpus, profile);
  const perfect = countWindows(corpus) * profile.truePositive;
  return (100 * (worth - none)) / (perfect - none);
}

function nullWorth(corpus: readonly Judged[], profile: Profile): number {
  return -countWindows(corpus) * profile.falseNegative;
}

function countWindows(corpus: readonly Judged[]): number {
  return corpus.reduce((sum, { windows }) => sum + windows.length, 0);
}

function pointsOf({ scores, windows }: Judged, series: number, profile: Profile) {
  const begin = probation(scores.length);
  return stakesOf(scores.length, windows, profile).map((stake, offset) => ({
    score: scores[begin + offset] ?? 0,
    series,
    stake,
  }));
}

/** What one more detection adds: of a window, the earliest counts, and the first found lifts the cost of a miss. */
function gain(found: Map<string, number>, window: string, stake: Stake, profile: Profile): number {
  if (stake.window === undefined) return stake.worth;
  const before = found.get(window);
  const now = Math.max(before ?? -Infinity, stake.worth);
  found.set(window, now);
  return now - (before ?? -profile.falseNegative);
}
