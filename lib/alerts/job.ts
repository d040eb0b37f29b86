import { hasSessions } from '../fold/sessions.ts';
import type { Aggregate, Alert, Pipeline } from '../pipeline/pipeline.ts';
import { derivationJobs } from '../derive/derivation-job.ts';
import { groupJobs } from '../dispatch/group-job.ts';
import { rollupJobs } from '../rollup/rollup-job.ts';
import { alertJob } from './alert-job.ts';
import { compositeJob } from './composite-job.ts';
import type { EvaluateContext } from './evaluate.ts';
import type { Timer } from './port.ts';
import { sessionJob } from './session-job.ts';
import type { AlertState } from './state.ts';

/** Work on each key of an aggregate that falls due as the watermark passes moments of event time. */
export interface Job {
  /** Names its timers: no other job of the pipeline has it. */
  readonly name: string;
  /** The aggregate whose panes set its timers. */
  readonly aggregate: Aggregate;
  /** Name of the panes that set its timers, if they are not the aggregate's own: a tier's. */
  readonly setBy?: string;
  /** Jobs of a lower rank are done first: those of a higher one may read what they write. */
  readonly rank: number;
  /** Whether jobs of a lower rank set timers of this one, which may be due in the same run. */
  readonly follows?: true;
  /** When the first work falls due that is owed to a pane which starts at `start`. Both in ms. */
  readonly firstDue: (start: number) => number;
  /**
   * From when on the job looks into that work before it is due, if it ever does: it runs then, and with every change of the
   * pane after that. In ms.
   */
  readonly opens?: (start: number) => number;
  /**
   * Does what is due for a key. May be repeated at will. It sets the timers of what comes next; those given are removed
   * afterwards.
   *
   * @param timers that are due, earliest first; at least one
   * @param watermark in ms
   * @param written the alert transitions that jobs of lower ranks have written since the timers were read
   * @returns the alert transitions that it wrote
   */
  readonly run: (
    context: EvaluateContext,
    key: string,
    timers: readonly Timer[],
    watermark: number,
    written: readonly AlertState[],
  ) => Promise<readonly AlertState[]>;
}

/** All work that a pipeline's panes may owe. */
export function jobsOf(pipeline: Pipeline): Job[] {
  return [
    ...derivationJobs(pipeline),
    ...pipeline.alerts.map(jobOf),
    ...groupJobs(pipeline),
    ...pipeline.aggregates.flatMap(rollupJobs),
  ];
}

function jobOf(alert: Alert): Job {
  const { aggregate, of } = alert;
  if (of.length > 0) return compositeJob(alert);
  return hasSessions(aggregate) ? sessionJob(alert, aggregate) : alertJob(alert);
}
