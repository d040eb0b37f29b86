import { checkKnown, checkObject } from '../pipeline/check.ts';
import { PipelineError } from '../pipeline/errors.ts';
import { isSensitivity, thresholdFor } from './score.ts';
import { PERIODS, type SeasonName } from './state.ts';

/** How a series is to be watched. */
export interface AnomalyOptions {
  /**
   * False alarms to put up with per 10,000 values, if these were independent noise of heavy tails: from 0.002 to 60.
   * Default 45. Real series, which are smoother than noise, gave a third of that.
   */
  readonly sensitivity?: number;
  /**
   * The season to take off: one that is known, `none`, or by default `auto`, which takes the season under which the
   * values are best foretold, once two cycles are known, and none if there is none.
   */
  readonly season?: SeasonName | 'none' | 'auto';
  /** Number of values to learn from before one is flagged. Default 100. */
  readonly minHistory?: number;
}

/** Options as the detector takes them. */
export interface AnomalySettings {
  /** Score from which a value is flagged. */
  readonly threshold: number;
  readonly seasons: readonly SeasonName[];
  /** Part of the scatter without a season that must not be left with one, for the season to be there. */
  readonly gate: number;
  readonly minHistory: number;
}

const SEASONS = Object.keys(PERIODS) as SeasonName[];
const FOUND = 0.6;

/**
 * @param field what holds the options, for the error
 * @throws {PipelineError} if an option is unknown or out of range
 */
export function readOptions(field: string, options: AnomalyOptions): AnomalySettings {
  checkObject(field, options, 'write {} for the defaults');
  checkKnown(field, options, ['sensitivity', 'season', 'minHistory']);
  const { sensitivity = 45, season = 'auto', minHistory = 100 } = options;
  if (!isSensitivity(sensitivity)) {
    throw new PipelineError(
      `${field}.sensitivity`,
      `is ${String(sensitivity)}, and no number of false alarms per 10,000 values`,
      'take one from 0.002 to 60: the lower, the fewer alarms',
    );
  }
  if (!Number.isSafeInteger(minHistory) || minHistory < 0) {
    throw new PipelineError(
      `${field}.minHistory`,
      `is ${String(minHistory)}, and no number of values`,
      'take a whole number, such as 100',
    );
  }
  const given = SEASONS.find((name) => name === season);
  if (given === undefined && season !== 'none' && season !== 'auto') {
    throw new PipelineError(
      `${field}.season`,
      `is ${JSON.stringify(season)}, which is no season`,
      "take 'daily', 'weekly', 'none' or 'auto'",
    );
  }
  return {
    threshold: thresholdFor(sensitivity),
    seasons: given === undefined ? (season === 'auto' ? SEASONS : []) : [given],
    gate: given === undefined ? FOUND : Infinity,
    minHistory,
  };
}
