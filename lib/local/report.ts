import type { Faults } from './dashboard/protocol.ts';
import type { JobSummary } from './job.ts';

/** Whether what is stored is what was put. */
export function summaryHolds({ lost, doubled }: Pick<JobSummary, 'lost' | 'doubled'>): boolean {
  return lost === 0 && doubled === 0;
}

/** The summary's lines. */
export function reportSummary(summary: JobSummary): string {
  return [
    `${summary.read} records read in ${summary.seconds.toFixed(1)} s: ${summary.applied} applied, ${summary.late} late, ${summary.quarantined} quarantined${summary.ignored > 0 ? `, ${summary.ignored} ignored` : ''}`,
    `${summary.panes} panes written, by ${summary.paneWrites} writes; ${summary.failedBatches} batches reported for another try`,
    `${count(summary, 'firing')} alerts fired, ${count(summary, 'resolved')} resolved`,
    `lost ${summary.lost}, double-counted ${summary.doubled}: ${summaryHolds(summary) ? 'checked against an independent count of the input' : 'the stored panes do NOT agree with an independent count of the input'}`,
  ].join('\n');
}

/** What went wrong on purpose. */
export function reportFaults({ throttled, crashed, duplicated, reshards }: Faults): string {
  return (
    `went wrong on purpose: ${throttled} calls refused, ${crashed} invocations killed, ` +
    `${duplicated} repeated, ${reshards} shards split or merged`
  );
}

function count({ alerts }: JobSummary, state: 'firing' | 'resolved'): number {
  return alerts.filter((alert) => alert.state === state).length;
}
