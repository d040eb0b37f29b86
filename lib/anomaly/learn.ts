import { judge, type Model } from './model.ts';
import { expectedAt, learnProfile } from './profile.ts';
import { PERIODS, type AnomalyState, type Seasonal } from './state.ts';

/** Scatters beyond which a value counts for its hour as if it were no further off. */
const CLIP = 3;
/** Cycles in which the scatter is not known well enough to clip by it. */
const CYCLES = 2;

/**
 * Learns a value in all models.
 *
 * @param time in ms since 1970
 * @param value relative to the state's origin
 * @returns how surprising the value was by each model that judged it
 */
export function learn(state: AnomalyState, time: number, value: number): Map<Model, number> {
  const age = time - state.since;
  const spacing = age / Math.max(1, state.count);
  state.count++;
  const surprises = new Map([[state.flat, judge(state.flat, value)]]);
  for (const [name, season] of Object.entries(state.seasons) as [keyof typeof PERIODS, Seasonal][]) {
    const { profile, model } = season;
    const seasonal = expectedAt(profile, time);
    if (seasonal !== undefined && age > PERIODS[name]) surprises.set(model, judge(model, value - seasonal));
    const clip = age > CYCLES * PERIODS[name] ? CLIP * model.each.level.scale : Infinity;
    learnProfile(profile, time, value, clip, spacing);
  }
  return surprises;
}
