import type { AlertStore, TimerStore } from '../alerts/port.ts';
import type { AlertRecord } from '../alerts/state.ts';
import type { AcknowledgementStore, HistoryStore, SilenceStore } from '../dispatch/port.ts';
import { alertNamed, type Alert, type Pipeline } from '../pipeline/pipeline.ts';
import { QueryError } from './problem.ts';

/** Reads what is kept of alerts. */
export interface AlertReader extends Pick<AlertStore, 'read'> {
  /** What is kept of an alert, by key, beginning after a key. */
  list(alert: string, after?: string): AsyncIterable<AlertRecord>;
}

/** What it takes to tell of alerts, and to say who knows of them and who is not to be told. */
export interface AlertContext {
  readonly pipeline: Pipeline;
  readonly alerts: AlertReader;
  readonly history: HistoryStore;
  readonly silences: SilenceStore;
  readonly acknowledgements: AcknowledgementStore;
  readonly timers: Pick<TimerStore, 'add'>;
  /** The clock, in ms. */
  readonly now: () => number;
  /** Gives an id that no silence has yet. */
  readonly newId: () => string;
}

/** The alert of a name. @throws {QueryError} with that status if there is none */
export function findAlert(pipeline: Pipeline, name: string, status: 400 | 404): Alert {
  const alert = alertNamed(pipeline, name);
  if (alert !== undefined) return alert;
  const known = pipeline.alerts.map((candidate) => candidate.name).join(', ');
  throw new QueryError(status, `there is no alert '${name}'; there are ${known === '' ? 'none' : known}`);
}
