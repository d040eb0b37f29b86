import type { AlertState } from '../alerts/state.ts';
import type { Notice } from '../dispatch/notice.ts';
import { keyRecord } from '../fold/key.ts';
import { resultsOf } from '../fold/pane.ts';
import { groupRecord } from '../notify/group-record.ts';
import { aggregateNamed, alertNamed, type Pipeline } from '../pipeline/pipeline.ts';
import type { FinalPane } from '../replay/output.ts';
import type { Counts } from '../replay/run.ts';
import { isoTime } from '../time/event-time.ts';
import type { BufferedWriter } from './buffered-writer.ts';
import { TableReport } from './table-report.ts';

/** The end of a replay. */
export interface Summary extends Counts {
  /** Time that the replay took. */
  readonly seconds: number;
}

/** Writes a replay's results as they come. */
export interface Report {
  /** @param isFinal whether the watermark has passed the end and the allowed lateness */
  pane(pane: FinalPane, isFinal: boolean): void;
  alert(transition: AlertState): void;
  notice(notice: Notice): void;
  summary(summary: Summary): void;
}

/** What a report is to show. */
export interface ReportOptions {
  /** Whether people are shown what lies between firing and resolved. */
  readonly pending?: boolean;
}

/** The report of a format. The machine forms are stable: docs/replay.md describes them. */
export function createReport(
  format: 'table' | 'json' | 'ndjson',
  pipeline: Pipeline,
  out: BufferedWriter,
  { pending = false }: ReportOptions = {},
): Report {
  if (format === 'table') return new TableReport(pipeline, out, pending);
  return format === 'ndjson' ? linesReport(pipeline, out) : arrayReport(pipeline, out);
}

function linesReport(pipeline: Pipeline, out: BufferedWriter): Report {
  return machineReport(pipeline, (line) => {
    out.write(`${line}\n`);
  });
}

function arrayReport(pipeline: Pipeline, out: BufferedWriter): Report {
  let before = '[\n';
  const report = machineReport(pipeline, (line) => {
    out.write(before + line);
    before = ',\n';
  });
  return {
    ...report,
    summary: (summary) => {
      report.summary(summary);
      out.write('\n]\n');
    },
  };
}

function machineReport(pipeline: Pipeline, write: (line: string) => void): Report {
  return {
    pane: (pane, isFinal) => {
      write(
        JSON.stringify({
          type: 'aggregate',
          aggregate: pane.aggregate.name,
          key: keyRecord(pane.aggregate, pane.key),
          ...placeOf(pane),
          final: isFinal,
          measures: resultsOf(pane.aggregate, pane.accs, pane.end - pane.start),
        }),
      );
    },
    alert: (transition) => {
      write(
        JSON.stringify({
          type: 'alert',
          alert: transition.alert,
          key: alertKey(pipeline, transition),
          state: transition.status,
          at: isoTime(transition.at),
          judged: transition.judged,
          value: transition.value,
          severity: transition.severity,
          since: isoTime(transition.since),
          missing: transition.missing,
          ...(transition.band === undefined ? {} : { band: transition.band }),
        }),
      );
    },
    notice: (notice) => {
      const { alert, kind, number, at, since, severity, firing, resolved, heldBack, members } = notice;
      const rule = alertNamed(pipeline, alert);
      write(
        JSON.stringify({
          type: 'notice',
          alert,
          group: groupRecord(notice, rule),
          number,
          kind,
          at: isoTime(at),
          since: isoTime(since),
          severity,
          firing,
          resolved,
          heldBack,
          alerts: members.map(({ state, news }) => ({
            key: alertKey(pipeline, state),
            news,
            severity: state.severity,
            since: isoTime(state.since),
          })),
        }),
      );
    },
    summary: ({ read, applied, late, quarantined, ignored, repeated, seconds }) => {
      write(
        JSON.stringify({ type: 'summary', read, applied, late, quarantined, ignored, repeated, seconds }),
      );
    },
  };
}

/** Where a pane lies; a running total is over all of time. */
function placeOf({ start, end }: FinalPane): { readonly start: string | null; readonly end: string | null } {
  return end === Infinity ? { start: null, end: null } : { start: isoTime(start), end: isoTime(end) };
}

/** The key of a transition, each dimension by name. */
export function alertKey(
  pipeline: Pipeline,
  { alert: name, key }: Pick<AlertState, 'alert' | 'key'>,
): Record<string, string> {
  const aggregate = alertNamed(pipeline, name)?.aggregate ?? aggregateNamed(pipeline, name);
  return aggregate === undefined ? {} : keyRecord(aggregate, key);
}
