import { keyRecord } from '../fold/key.ts';
import { alertMessage, type AlertMessage } from '../notify/message.ts';
import { alertNamed, type Alert, type Pipeline } from '../pipeline/pipeline.ts';
import type { AlertState } from '../alerts/state.ts';
import { checkKnown, readLimit, type Params } from './params.ts';
import { QueryError } from './problem.ts';

/** Reads the latest transitions of an alert, by key, beginning after a key. */
export interface AlertLister {
  list(alert: string, after?: string): AsyncIterable<AlertState>;
}

/** A page of alerts; `next` is the `after` of the page that follows. */
export interface AlertPage {
  readonly alerts: readonly AlertMessage[];
  readonly next?: string;
}

const STATES = ['firing', 'resolved'];

/**
 * Lists the latest transition of each alert and key, in order of alert and key; `alert` and `state` choose among them.
 *
 * @throws {QueryError} if a parameter makes no sense
 */
export async function listAlerts(pipeline: Pipeline, store: AlertLister, params: Params): Promise<AlertPage> {
  checkKnown(params, ['alert', 'state', 'limit', 'after']);
  const { state: wanted } = params;
  if (wanted !== undefined && !STATES.includes(wanted)) {
    throw new QueryError(400, `the parameter 'state' is '${wanted}'; give firing or resolved`);
  }
  const limit = readLimit(params, 100, 1000);
  const after = readCursor(params.after);
  const found: AlertMessage[] = [];
  let cursor = '';
  for (const alert of chosen(pipeline, params.alert, after)) {
    const from = after?.alert === alert.name ? after.key : undefined;
    for await (const state of store.list(alert.name, from)) {
      if (wanted !== undefined && state.status !== wanted) continue;
      if (found.length === limit) return { alerts: found, next: cursor };
      found.push(alertMessage(state, keyRecord(alert.aggregate, state.key)));
      cursor = `${alert.name}|${state.key}`;
    }
  }
  return { alerts: found };
}

function chosen(
  pipeline: Pipeline,
  name: string | undefined,
  after: { alert: string } | undefined,
): readonly Alert[] {
  if (name === undefined) {
    const from = pipeline.alerts.findIndex((alert) => alert.name === after?.alert);
    return pipeline.alerts.slice(Math.max(0, from));
  }
  const alert = alertNamed(pipeline, name);
  if (alert === undefined) {
    const known = pipeline.alerts.map((candidate) => candidate.name).join(', ');
    throw new QueryError(400, `there is no alert '${name}'; there are ${known === '' ? 'none' : known}`);
  }
  return [alert];
}

function readCursor(after: string | undefined): { alert: string; key: string } | undefined {
  if (after === undefined) return undefined;
  const cut = after.indexOf('|');
  if (cut < 0) throw new QueryError(400, "the parameter 'after' is not a 'next' that this API gave");
  return { alert: after.slice(0, cut), key: after.slice(cut + 1) };
}
