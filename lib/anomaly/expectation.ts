import type { Model } from './model.ts';
import type { AnomalySettings } from './options.ts';
import { expectedAt } from './profile.ts';
import { PERIODS, type AnomalyState } from './state.ts';

/** What is expected of the next value, and the model that judges how far it is from that. */
export interface Expectation {
  readonly model: Model;
  /** The season's part, relative to the state's origin: 0 without one. */
  readonly seasonal: number;
}

/** Cycles to be known before a season is relied on. */
const CYCLES = 2;

/**
 * What to expect at a time (ms since 1970): of the season under which the errors so far scatter least, if that is little
 * enough, else of no season.
 */
export function expectationOf(
  state: AnomalyState,
  { seasons, gate }: AnomalySettings,
  time: number,
): Expectation {
  let best: Expectation = { model: state.flat, seasonal: 0 };
  let least = gate * state.flat.each.level.scale;
  for (const name of seasons) {
    const season = state.seasons[name];
    if (season === undefined || time - state.since <= CYCLES * PERIODS[name]) continue;
    const seasonal = expectedAt(season.profile, time);
    const { scale } = season.model.each.level;
    if (seasonal === undefined || scale >= least) continue;
    best = { model: season.model, seasonal };
    least = scale;
  }
  return best;
}
