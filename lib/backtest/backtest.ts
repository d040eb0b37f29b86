import type { Notice } from '../dispatch/notice.ts';
import { zoneOffset, DAY } from '../time/zone.ts';
import { compareEpisodes, type EpisodeChange } from './compare-episodes.ts';
import type { Episode } from './episode.ts';
import type { RulesRun } from './run-rules.ts';

/** What rules come to. */
export interface Totals {
  readonly episodes: number;
  /** How long alerts were firing in all, up to the recording's end, in ms. */
  readonly firing: number;
  readonly notices: number;
  /** Those of them that were given between 22 and 6 o'clock. */
  readonly atNight: number;
}

/** What becomes of an alert's episodes. */
export interface AlertComparison {
  readonly alert: string;
  readonly before: Totals;
  readonly after: Totals;
  readonly added: number;
  readonly removed: number;
  readonly changed: number;
  readonly same: number;
}

/** What a change of the rules comes to over a recording. */
export interface Backtest {
  /** When the recording begins and ends, in ms. */
  readonly from: number;
  readonly to: number;
  readonly before: Totals;
  readonly after: Totals;
  /** Those that have episodes or notices, by name. */
  readonly alerts: readonly AlertComparison[];
  /** By start; those that stay the same are left out. */
  readonly changes: readonly EpisodeChange[];
}

const HOUR = 3_600_000;
const NIGHT = { from: 22, to: 6 };

/**
 * Compares what two versions of the rules make of the same recording.
 *
 * @param zone by whose clocks it is night
 */
export function compareRuns(before: RulesRun, after: RulesRun, zone: string): Backtest {
  const from = Math.min(before.from, after.from);
  const to = Math.max(before.to, after.to);
  const all = compareEpisodes(before.episodes, after.episodes);
  const names = [before, after].flatMap(({ episodes, notices }) =>
    [...episodes, ...notices].map(({ alert }) => alert),
  );
  const totals = ({ episodes, notices }: RulesRun, isOf: (alert: string) => boolean): Totals => {
    const told = notices.filter(({ alert }) => isOf(alert));
    const own = episodes.filter(({ alert }) => isOf(alert));
    return {
      episodes: own.length,
      firing: own.reduce((sum, episode) => sum + lengthOf(episode, to), 0),
      notices: told.length,
      atNight: told.filter((notice) => isAtNight(notice, zone)).length,
    };
  };
  const alerts = [...new Set(names)].sort().map((name): AlertComparison => {
    const isOf = (alert: string): boolean => alert === name;
    const count = (type: EpisodeChange['type']): number =>
      all.filter((change) => change.type === type && (change.after ?? change.before).alert === name).length;
    return {
      alert: name,
      before: totals(before, isOf),
      after: totals(after, isOf),
      added: count('added'),
      removed: count('removed'),
      changed: count('changed'),
      same: count('same'),
    };
  });
  return {
    from,
    to,
    before: totals(before, () => true),
    after: totals(after, () => true),
    alerts,
    changes: all.filter(({ type }) => type !== 'same'),
  };
}

/** How many days a recording is long; at least one, so that a short one does not look busy. */
export function daysOf({ from, to }: Pick<Backtest, 'from' | 'to'>): number {
  return to > from ? Math.max(1, (to - from) / DAY) : 1;
}

function lengthOf({ from, to }: Episode, end: number): number {
  return Math.max(0, (to ?? end) - from);
}

function isAtNight({ at }: Notice, zone: string): boolean {
  const hour = ((at + zoneOffset(zone, at)) % DAY) / HOUR;
  return hour >= NIGHT.from || hour < NIGHT.to;
}
