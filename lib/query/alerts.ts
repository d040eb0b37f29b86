import { keyRecord } from '../fold/key.ts';
import { alertMessage, type AlertMessage } from '../notify/message.ts';
import { alertNamed, type Alert, type Pipeline } from '../pipeline/pipeline.ts';
import type { AlertRecord } from '../alerts/state.ts';
import { checkKnown, readLimit, type Params } from './params.ts';
import { QueryError } from './problem.ts';

/** Reads what is kept of an alert, by key, beginning after a key. */
export interface AlertLister {
  list(alert: string, after?: string): AsyncIterable<AlertRecord>;
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
  const alerts = chosen(pipeline, params.alert);
  const after = readCursor(params.after, alerts);
  const found: AlertMessage[] = [];
  let cursor = '';
  for (const alert of alerts.slice(after?.index ?? 0)) {
    const from = after !== undefined && alert === alerts[after.index] ? after.key : undefined;
    for await (const { state } of store.list(alert.name, from)) {
      if (state === undefined) continue;
      if (wanted !== undefined && state.status !== wanted) continue;
      if (found.length === limit) return { alerts: found, next: cursor };
      found.push(alertMessage(state, keyRecord(alert.aggregate, state.key)));
      cursor = `${alert.name}|${state.key}`;
    }
  }
  return { alerts: found };
}

function chosen(pipeline: Pipeline, name: string | undefined): readonly Alert[] {
  if (name === undefined) return pipeline.alerts;
  const alert = alertNamed(pipeline, name);
  if (alert === undefined) {
    const known = pipeline.alerts.map((candidate) => candidate.name).join(', ');
    throw new QueryError(400, `there is no alert '${name}'; there are ${known === '' ? 'none' : known}`);
  }
  return [alert];
}

/** Where a `next` goes on: the place of its alert among those that are listed, and the key. */
function readCursor(
  after: string | undefined,
  alerts: readonly Alert[],
): { readonly index: number; readonly key: string } | undefined {
  if (after === undefined) return undefined;
  const cut = after.indexOf('|');
  const index = alerts.findIndex((alert) => alert.name === after.slice(0, cut));
  if (cut < 0 || index < 0) {
    throw new QueryError(400, "the parameter 'after' is not a 'next' that this API gave for this list");
  }
  return { index, key: after.slice(cut + 1) };
}
