import Table from 'cli-table3';
import { daysOf, type Backtest, type Totals } from '../backtest/backtest.ts';
import type { EpisodeChange } from '../backtest/compare-episodes.ts';
import type { Episode } from '../backtest/episode.ts';
import { keyRecord } from '../fold/key.ts';
import { durationText, keyWords } from '../notify/describe-value.ts';
import { alertNamed, type Pipeline } from '../pipeline/pipeline.ts';
import { shortIso } from '../rule-tests/moment.ts';
import { isoTime } from '../time/event-time.ts';

/** What the two versions of the rules are called. */
export interface Versions {
  readonly before: string;
  readonly after: string;
}

const MOST_CHANGES = 50;
const SIGNS = { added: '+', removed: '-', changed: '~', same: ' ' } as const;

/** A backtest for people: what changes of each alert, and what that comes to. */
export function backtestText(backtest: Backtest, names: Versions, before: Pipeline, after: Pipeline): string {
  const { changes, alerts } = backtest;
  const head = `${names.before} → ${names.after}, over ${periodText(backtest)}\n`;
  if (alerts.length === 0) return `${head}\nNo alert fires, before or after.\n`;
  const lines = changes.slice(0, MOST_CHANGES).map((change) => changeLine(change, before, after));
  const more =
    changes.length > MOST_CHANGES
      ? [`… and ${changes.length - MOST_CHANGES} more; --format json has all of them`]
      : [];
  const body = changes.length === 0 ? ['No alert changes.'] : [...lines, ...more];
  return `${head}\n${body.join('\n')}\n\n${tableOf(backtest)}\n`;
}

/** A backtest for machines: docs/replay.md describes it. */
export function backtestJson(backtest: Backtest, names: Versions, before: Pipeline, after: Pipeline): object {
  const { from, to, alerts, changes } = backtest;
  const days = daysOf(backtest);
  return {
    before: { pipeline: names.before, ...totalsJson(backtest.before, days) },
    after: { pipeline: names.after, ...totalsJson(backtest.after, days) },
    from: from === Infinity ? null : isoTime(from),
    to: to === -Infinity ? null : isoTime(to),
    alerts: alerts.map((alert) => ({
      ...alert,
      before: totalsJson(alert.before, days),
      after: totalsJson(alert.after, days),
    })),
    changes: changes.map((change) => {
      const { alert, key } = subjectOf(change, before, after);
      const { type } = change;
      return { type, alert, key, before: episodeJson(change.before), after: episodeJson(change.after) };
    }),
  };
}

function totalsJson({ episodes, firing, notices, atNight }: Totals, days: number): object {
  return { episodes, firingSeconds: firing / 1000, notices, noticesPerDay: perDay(notices, days), atNight };
}

function episodeJson(episode: Episode | undefined): object | null {
  if (episode === undefined) return null;
  const { from, to, severity } = episode;
  return { from: isoTime(from), to: to === undefined ? null : isoTime(to), severity };
}

function perDay(count: number, days: number): number {
  return Math.round((count / days) * 100) / 100;
}

function periodText({ from, to }: Backtest): string {
  if (from === Infinity) return 'no data';
  return `${shortIso(from)} to ${shortIso(to)} (${durationText(to - from)})`;
}

function subjectOf(
  change: EpisodeChange,
  before: Pipeline,
  after: Pipeline,
): { readonly alert: string; readonly key: Readonly<Record<string, string>> } {
  const { alert, key } = change.after ?? change.before;
  const rule = alertNamed(change.after === undefined ? before : after, alert);
  return { alert, key: rule === undefined ? {} : keyRecord(rule.aggregate, key) };
}

function changeLine(change: EpisodeChange, before: Pipeline, after: Pipeline): string {
  const { alert, key } = subjectOf(change, before, after);
  const what = episodeText(change.before ?? change.after);
  const how =
    change.before === undefined || change.after === undefined
      ? ''
      : `: ${differenceText(change.before, change.after)}`;
  return `${SIGNS[change.type]} ${[alert, keyWords(key)].filter(Boolean).join(' ')}  ${what}${how}`;
}

function episodeText({ from, to, severity }: Episode): string {
  const end = to === undefined ? 'on (still firing)' : `to ${shortIso(to)} (${durationText(to - from)})`;
  return `${shortIso(from)} ${end} ${severity}`;
}

function differenceText(before: Episode, after: Episode): string {
  const parts = [
    shiftText('fires', before.from, after.from),
    shiftText('resolves', before.to, after.to),
    before.severity === after.severity ? undefined : `${after.severity} instead of ${before.severity}`,
  ];
  return parts.filter((part) => part !== undefined).join(', ');
}

function shiftText(what: string, before: number | undefined, after: number | undefined): string | undefined {
  if (before === after) return undefined;
  if (after === undefined) return `no longer ${what}`;
  if (before === undefined) return `${what} now`;
  return `${what} ${durationText(Math.abs(after - before))} ${after < before ? 'earlier' : 'later'}`;
}

function tableOf(backtest: Backtest): string {
  const days = daysOf(backtest);
  const table = new Table({
    head: ['alert', 'fired', 'added', 'removed', 'changed', 'firing for', 'notices', 'a day', '22–6 h'],
    style: { head: [], border: [] },
    colAligns: ['left', 'right', 'right', 'right', 'right', 'right', 'right', 'right', 'right'],
  });
  const sum = (count: 'added' | 'removed' | 'changed'): number =>
    backtest.alerts.reduce((total, alert) => total + alert[count], 0);
  const all = {
    ...backtest,
    alert: 'all',
    added: sum('added'),
    removed: sum('removed'),
    changed: sum('changed'),
  };
  const rows = backtest.alerts.length === 1 ? backtest.alerts : [...backtest.alerts, all];
  for (const { alert, before, after, added, removed, changed } of rows) {
    const both = (text: (totals: Totals) => string | number): string => {
      const [old, now] = [String(text(before)), String(text(after))];
      return old === now ? now : `${old} → ${now}`;
    };
    table.push([
      alert,
      both(({ episodes }) => episodes),
      added,
      removed,
      changed,
      both(({ firing }) => (firing === 0 ? '–' : durationText(firing))),
      both(({ notices }) => notices),
      both(({ notices }) => perDay(notices, days)),
      both(({ atNight }) => atNight),
    ]);
  }
  return table.toString();
}
