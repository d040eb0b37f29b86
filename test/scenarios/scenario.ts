import { z } from 'zod';
import {
  count,
  definePipeline,
  max,
  mean,
  sliding,
  source,
  tumbling,
  type Pipeline,
} from '../../lib/index.ts';
import type { Silence } from '../../lib/dispatch/silence.ts';
import type { AlertDefinition, AnyAlertDefinition } from '../../lib/pipeline/alert-definition.ts';

/** What a host reports. */
export interface Report {
  readonly at: number;
  readonly zone: string;
  readonly host: string;
  readonly kind: 'load' | 'error';
  readonly value: number;
}

/** A recorded course of events, and what is to come of it. */
export interface Scenario {
  readonly pipeline: Pipeline;
  /** In the order in which they arrive. */
  readonly reports: readonly Report[];
  /** Until which minute time goes on, in silence after the last report. */
  readonly until: number;
  readonly silences?: readonly Silence[];
  /**
   * What the functions have to be on time for, if it matters: what came before a report in an earlier batch; or what notices wait
   * for, such as each other, or a silence, which live is by the clock.
   */
  readonly onTime?: 'transitions' | 'notices';
  /** Of a rule and a host, or of a rule alone: `3 hot a pending`. */
  readonly transitions: readonly string[];
  /** `5 hot firing critical: a firing`. Any, unless given. */
  readonly notices?: readonly string[];
}

export const MINUTE = 60_000;
/** Minute 0 of every scenario: a Monday, 10:00. */
export const T0 = Date.UTC(2024, 0, 1, 10);

const report = z.object({
  at: z.number(),
  zone: z.string(),
  host: z.string(),
  kind: z.enum(['load', 'error']),
  value: z.number(),
});

interface Everything {
  readonly load: { readonly n: number; readonly mean: number; readonly max: number };
  readonly errors: { readonly n: number };
  readonly all: { readonly n: number };
}

export type LoadRule = Omit<AlertDefinition<'load', Everything['load'], Everything>, 'on' | 'over'>;

export const EACH_MINUTE = tumbling('1m');
export const LAST_THREE = sliding('3m', '1m');

/** A rule on the load of each host, minute by minute. */
export function onLoad(rule: LoadRule, over = EACH_MINUTE): AnyAlertDefinition<Everything> {
  return { ...rule, on: 'load', over };
}

/** The condition of most scenarios: a host is hot above 5, and very hot above 8. */
export const HOT = ({ mean: load }: Everything['load']): boolean => load > 5;
export const VERY_HOT = ({ mean: load }: Everything['load']): boolean => load > 8;

/** A pipeline with these rules. */
export function rules(
  alerts: Readonly<Record<string, AnyAlertDefinition<Everything>>>,
  late: `${number}m` | '0s' = '0s',
): Pipeline {
  const loads = source(report, { eventTime: ({ at }) => at, when: { kind: 'load' } });
  const failures = source(report, { eventTime: ({ at }) => at, when: { kind: 'error' } });
  const host = { zone: ({ zone }: Report) => zone, host: ({ host: name }: Report) => name };
  return definePipeline({
    // Half of the time between two reports, so that a tick at the full minute brings time there.
    silentAfter: '30s',
    aggregates: {
      load: loads.aggregate({
        key: host,
        pane: '1m',
        allowedLateness: late,
        measures: { n: count(), mean: mean(({ value }) => value), max: max(({ value }) => value) },
      }),
      errors: failures.aggregate({ key: host, pane: '1m', measures: { n: count() } }),
      all: loads.aggregate({ key: {}, pane: '1m', measures: { n: count() } }),
    },
    alerts,
  });
}

/**
 * Reports of hosts, minute by minute: a number is a load, `.` no report, and `e` an error beside a load of 1. `7x20` stands for
 * twenty of them. Each is reported in the middle of its minute.
 *
 * @example reports({ a: '1 9 9 . 1', 'b/north': '1x5' })
 */
export function reports(series: Readonly<Record<string, string>>, from = 0): Report[] {
  return Object.entries(series)
    .flatMap(([name, text]) => {
      const [host = '', zone = 'south'] = name.split('/');
      return text
        .split(' ')
        .flatMap((word) => {
          const [what = '', times = '1'] = word.split('x');
          return Array.from({ length: Number(times) }, () => what);
        })
        .flatMap((what, minute) => {
          const at = T0 + (from + minute + 0.5) * MINUTE;
          if (what === '.') return [];
          const load: Report = { at, zone, host, kind: 'load', value: what === 'e' ? 1 : Number(what) };
          return what === 'e' ? [load, { ...load, kind: 'error' as const }] : [load];
        });
    })
    .sort((a, b) => a.at - b.at);
}

/** A silence from one minute to another. */
export function silence(
  id: string,
  from: number,
  to: number,
  ...matchers: readonly Silence['matchers'][number][]
): Silence {
  return {
    id,
    matchers,
    start: T0 + from * MINUTE,
    end: T0 + to * MINUTE,
    author: 'ann',
    comment: '',
    created: T0,
  };
}

/** Minutes since {@link T0}, to a hundredth. */
export function minutesOf(time: number): number {
  return Math.round((time - T0) / (MINUTE / 100)) / 100;
}
