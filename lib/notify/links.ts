import type { AlertState } from '../alerts/state.ts';
import { keyRecord } from '../fold/key.ts';
import type { Alert } from '../pipeline/pipeline.ts';
import { isoTime } from '../time/event-time.ts';
import type { NoticeMessage } from './message.ts';

/**
 * Where to read on.
 *
 * @param state of the alert that the links to the HTTP API are about
 * @param apiUrl the HTTP API's, such as `https://abc.execute-api.us-east-1.amazonaws.com`; no links to it without
 */
export function linksOf(
  rule: Alert | undefined,
  state: AlertState | undefined,
  apiUrl = '',
): NoticeMessage['links'] {
  if (rule === undefined) return {};
  const runbook = rule.runbook === undefined ? {} : { runbook: rule.runbook };
  if (apiUrl === '' || state === undefined) return runbook;
  const key = keyRecord(rule.aggregate, state.key);
  const base = apiUrl.replace(/\/+$/, '');
  return {
    query: address(`${base}/aggregates/${rule.aggregate.name}`, { ...key, ...rangeAround(rule, state) }),
    ...runbook,
    history: address(`${base}/alerts/${rule.name}/history`, key),
  };
}

// The window with as much before and after it: whoever looks wants to see what it came from, and whether it goes on.
function rangeAround({ aggregate }: Alert, { windowStart, at }: AlertState): { from: string; to: string } {
  const around = Math.max(at - windowStart, aggregate.pane);
  return { from: isoTime(windowStart - around), to: isoTime(at + around) };
}

function address(path: string, params: Readonly<Record<string, string>>): string {
  const query = new URLSearchParams(params).toString();
  return query === '' ? path : `${path}?${query}`;
}
