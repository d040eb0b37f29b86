import { emptyModel, type Model } from './model.ts';
import { emptyProfile, type Profile } from './profile.ts';

/** Lengths in ms of the seasons that are looked for, shortest first. */
export const PERIODS = { daily: 86_400_000, weekly: 7 * 86_400_000 } as const;

export type SeasonName = keyof typeof PERIODS;

/** What is known of a series under the assumption that it has a season. */
export interface Seasonal {
  readonly profile: Profile;
  /** Of what is left when the profile is taken off. */
  readonly model: Model;
}

/** All that a detector keeps of a series: as much after a million values as after a week. */
export interface AnomalyState {
  /** Values learnt from. */
  count: number;
  /** Time of the first, in ms since 1970. */
  since: number;
  /** The first value, which all others are kept relative to: precision is for their differences. */
  origin: number;
  /** Surprise that has been told of and is not news any more. */
  told: number;
  readonly flat: Model;
  readonly seasons: Partial<Record<SeasonName, Seasonal>>;
}

export function emptyState(seasons: readonly SeasonName[]): AnomalyState {
  return {
    count: 0,
    since: 0,
    origin: 0,
    told: 0,
    flat: emptyModel(),
    seasons: Object.fromEntries(seasons.map((name) => [name, emptySeasonal(name)])),
  };
}

export function emptySeasonal(name: SeasonName): Seasonal {
  return { profile: emptyProfile(PERIODS[name]), model: emptyModel() };
}
