import type { Severity } from '../pipeline/alert-definition.ts';
import type { Alert } from '../pipeline/pipeline.ts';
import { isGreater } from '../pipeline/severity.ts';
import type { AlertState, AlertStatus } from './state.ts';

/** What is known of an alert at the end of a window. */
export interface Finding {
  /** End of the window in ms. */
  readonly end: number;
  /** How many of the rule's severities it is in breach of now. */
  readonly level: number;
  /** Whether that clears the alert; asked only if it is firing. */
  readonly isClear: () => boolean;
  /** How many of the rule's severities it has been in breach of for all the time that `for` wants. */
  readonly lasting: () => number;
}

/** What becomes of an alert. */
export interface Change {
  readonly status: AlertStatus;
  readonly severity: Severity;
  /** When it began to fire, or to be pending, in ms. */
  readonly since: number;
}

type Rule = Pick<Alert, 'levels' | 'severity' | 'pendingFor' | 'keepFiringFor'>;

/**
 * One step of an alert's life: what becomes of it at the end of a window; `undefined` if nothing does. The clocks of `for` and
 * `keepFiringFor` run from the transitions to pending and recovering, so that nothing has to be written in between.
 *
 * The life cycle is that of Prometheus' alerting rules, https://prometheus.io/docs/prometheus/latest/configuration/alerting_rules/,
 * with a state of its own for `keep_firing_for`, and severities.
 */
export function step(rule: Rule, state: AlertState | undefined, finding: Finding): Change | undefined {
  switch (state?.status) {
    case undefined:
    case 'ok':
    case 'resolved':
      return begin(rule, finding);
    case 'pending':
      return wait(rule, state, finding);
    case 'firing':
      return goOn(rule, state, finding);
    case 'recovering':
      return recover(rule, state, finding);
  }
}

function begin(rule: Rule, { end, level, lasting }: Finding): Change | undefined {
  if (level === 0) return undefined;
  if (rule.pendingFor > 0) return { status: 'pending', severity: rule.severity, since: end };
  return { status: 'firing', severity: severityOf(rule, lasting()), since: end };
}

function wait(rule: Rule, state: AlertState, { end, level, lasting }: Finding): Change | undefined {
  const { severity, since } = state;
  if (level === 0) return { status: 'ok', severity, since };
  if (end - state.at < rule.pendingFor) return undefined;
  return { status: 'firing', severity: severityOf(rule, lasting()), since: end };
}

function goOn(rule: Rule, state: AlertState, { isClear, lasting }: Finding): Change | undefined {
  const { severity, since } = state;
  if (isClear()) return { status: rule.keepFiringFor > 0 ? 'recovering' : 'resolved', severity, since };
  const now = greaterOf(severity, severityOf(rule, lasting()));
  return now === severity ? undefined : { status: 'firing', severity: now, since };
}

function recover(rule: Rule, state: AlertState, { end, isClear, lasting }: Finding): Change | undefined {
  const { severity, since } = state;
  if (!isClear()) {
    return { status: 'firing', severity: greaterOf(severity, severityOf(rule, lasting())), since };
  }
  return end - state.at < rule.keepFiringFor ? undefined : { status: 'resolved', severity, since };
}

function severityOf({ levels, severity }: Rule, level: number): Severity {
  return levels[level - 1]?.severity ?? severity;
}

function greaterOf(one: Severity, other: Severity): Severity {
  return isGreater(other, one) ? other : one;
}
