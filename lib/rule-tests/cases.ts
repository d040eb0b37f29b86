import type { Pipeline } from '../pipeline/pipeline.ts';
import type { CaseEvents } from './events.ts';
import type { ExpectedNotice, ExpectedTransition } from './expected.ts';

/** A time during which nobody is told of some alerts. */
export interface CaseSilence {
  /** Labels that they have to have, all of them: `['origin=ORD', 'severity!=critical', 'alert=~slow.*']`. */
  readonly match: readonly string[];
  /** Inclusive: ISO 8601 with a zone, or how long after the case's start. */
  readonly from: string;
  /** Exclusive. */
  readonly to: string;
}

/**
 * What comes of a case, all of it: what is not said must not happen. It is looked at of the alerts that are named in it and in
 * `alerts`; of all of them, if none is.
 */
export interface CaseExpectation {
  /** Further alerts to look at. */
  readonly alerts?: readonly string[];
  /**
   * Transitions, as `'TIME ALERT DIMENSION=VALUE… STATUS SEVERITY'` or as objects; the severity may be left out. `firing`, `escalated` and
   * `resolved` are all looked at, `pending`, `ok` and `recovering` only if one of them is named.
   *
   * @example ['+1h congested origin=ORD firing warning', '+3h15m congested origin=ORD resolved']
   */
  readonly transitions?: readonly (string | ExpectedTransition)[];
  /**
   * What people are told, as `'TIME ALERT DIMENSION=VALUE… KIND SEVERITY'` or as objects, by the dimensions that the rule groups by; the
   * severity may be left out.
   *
   * @example ['+1h congested origin=ORD firing', '+3h15m congested origin=ORD resolved']
   */
  readonly notices?: readonly (string | ExpectedNotice)[];
  /** Records that come too late for an aggregate. Default 0. */
  readonly late?: number;
  /** Records that are refused. Default 0. */
  readonly quarantined?: number;
}

/** One case: what happens, and what comes of it. */
export interface RuleCase {
  /** What relative times are after: ISO 8601 with a zone. */
  readonly start?: string;
  /** Another pipeline than that of the file's other cases. */
  readonly pipeline?: Pipeline;
  /** What happens, in the order of arrival: events, those that `every`, `at` and `together` make, or the path of a recorded file. */
  readonly events?: CaseEvents;
  /** The same by stream, for a pipeline whose events do not say which of several they came in. */
  readonly streams?: Readonly<Record<string, CaseEvents>>;
  /** How long it goes on in silence after the last event. By default it ends with it: windows that end later are not judged. */
  readonly until?: string;
  readonly silences?: readonly CaseSilence[];
  readonly expect: CaseExpectation;
}

/** The cases of one file. */
export interface RuleCases {
  readonly type: 'cases';
  readonly pipeline: Pipeline;
  readonly cases: Readonly<Record<string, RuleCase>>;
}

/**
 * Says what a pipeline's rules have to do, case by case, for `weir test`. A file of cases exports it by default.
 *
 * @param pipeline what the cases are run with
 * @param list cases by a sentence that says what they are about
 * @example
 * export default cases(pipeline, {
 *   'a congested airport is told of once': {
 *     start: '2024-01-01T00:00Z',
 *     events: every('1m', '+0m', '+2h', (time) => ({ time, origin: 'ORD', destination: 'LGA', delay: 60, distance: 733 })),
 *     until: '+4h',
 *     expect: {
 *       transitions: ['+30m congested origin=ORD firing warning', '+3h congested origin=ORD resolved'],
 *       notices: ['+30m congested origin=ORD firing', '+3h congested origin=ORD resolved'],
 *     },
 *   },
 * });
 */
export function cases(pipeline: Pipeline, list: Readonly<Record<string, RuleCase>>): RuleCases {
  return { type: 'cases', pipeline, cases: list };
}
