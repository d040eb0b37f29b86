import type { Alert } from '../pipeline/pipeline.ts';
import { compositeDepth, judgeComposite, type PartTurns } from './composite.ts';
import type { EvaluateContext } from './evaluate.ts';
import type { Job } from './job.ts';
import type { AlertStore, Timer } from './port.ts';
import type { AlertState, Turn } from './state.ts';
import { writeJudgement } from './write-judgement.ts';

/** The work of a rule over others: to judge each key whenever one of its parts turned. */
export function compositeJob(alert: Alert): Job {
  return {
    name: alert.name,
    aggregate: alert.aggregate,
    // No pane has the name of an alert: its parts set its timers.
    setBy: alert.name,
    // After its parts and, however deep it is, before the rollups, for which nobody waits.
    follows: true,
    rank: 2 - 1 / (1 + compositeDepth(alert)),
    firstDue: (start) => start + alert.delay,
    run: (context, key, timers, watermark) => run(context, alert, key, timers, watermark),
  };
}

function run(
  context: EvaluateContext,
  alert: Alert,
  key: string,
  timers: readonly Timer[],
  watermark: number,
): Promise<readonly AlertState[]> {
  const due = (timers[0]?.due ?? Infinity) - alert.delay;
  return writeJudgement(context, alert, key, due, async (kept) =>
    judgeComposite(alert, key, kept?.state, await readTurns(context.alerts, alert, key), due, watermark),
  );
}

async function readTurns(alerts: AlertStore, { of }: Alert, key: string): Promise<PartTurns> {
  const read = of.map(async ({ name }): Promise<[string, readonly Turn[]]> => {
    const record = await alerts.read(name, key);
    return [name, record?.turns ?? []];
  });
  return new Map(await Promise.all(read));
}
