import type { AlertState } from '../alerts/state.ts';
import { keyRecord } from '../fold/key.ts';
import { resultsOf } from '../fold/pane.ts';
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
  summary(summary: Summary): void;
}

/** The report of a format. The machine forms are stable: docs/replay.md describes them. */
export function createReport(
  format: 'table' | 'json' | 'ndjson',
  pipeline: Pipeline,
  out: BufferedWriter,
): Report {
  if (format === 'table') return new TableReport(pipeline, out);
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
export function alertKey(pipeline: Pipeline, { alert: name, key }: AlertState): Record<string, string> {
  const aggregate = alertNamed(pipeline, name)?.aggregate ?? aggregateNamed(pipeline, name);
  return aggregate === undefined ? {} : keyRecord(aggregate, key);
}
