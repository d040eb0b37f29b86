import type { AlertState } from '../alerts/state.ts';
import { keyRecord } from '../fold/key.ts';
import type { Alert } from '../pipeline/pipeline.ts';

/** What an alert is known by where it is routed, silenced and looked for. */
export type Labels = Readonly<Record<string, string>>;

/**
 * The labels of an alert of a key: `alert`, `severity`, the rule's own, and the values of its dimensions.
 *
 * @example labelsOf(congested, state) // { team: 'ops', origin: 'ATL', alert: 'congested', severity: 'warning' }
 */
export function labelsOf(
  { labels, aggregate }: Pick<Alert, 'labels' | 'aggregate'>,
  { alert, key, severity }: Pick<AlertState, 'alert' | 'key' | 'severity'>,
): Labels {
  return { ...labels, ...keyRecord(aggregate, key), alert, severity };
}
