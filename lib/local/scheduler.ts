import { randomUUID } from 'node:crypto';
import { parseArn } from '../esm/arn.ts';
import type { Schedule } from './stack/schedules.ts';

/** Invokes functions by the clock. */
export interface Scheduler {
  /** Invokes nothing more, and waits for what is under way. */
  stop(): Promise<void>;
}

/**
 * Runs schedules as EventBridge does: each function is invoked once its time has passed, and then each time again, whether or not
 * the run before it is over. One that fails is not invoked again for that.
 *
 * @param invoke a function of the stack; what it rejects with is the function's own matter, which its output tells of
 */
export function startSchedules(
  schedules: readonly Schedule[],
  invoke: (functionKey: string, event: unknown) => Promise<unknown>,
): Scheduler {
  const running = new Set<Promise<void>>();
  const timers = schedules.map((schedule) =>
    setInterval(() => {
      const run = invoke(schedule.function.key, scheduledEvent(schedule, new Date())).then(
        () => undefined,
        () => undefined,
      );
      running.add(run);
      void run.then(() => running.delete(run));
    }, schedule.everyMs),
  );
  return {
    stop: async () => {
      for (const timer of timers) clearInterval(timer);
      await Promise.all(running);
    },
  };
}

/**
 * What EventBridge gives a function that it invokes by a schedule.
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-run-lambda-schedule.html
 */
export function scheduledEvent({ ruleArn }: Pick<Schedule, 'ruleArn'>, time: Date): Record<string, unknown> {
  const { account, region } = parseArn(ruleArn, 'ruleArn');
  return {
    version: '0',
    id: randomUUID(),
    'detail-type': 'Scheduled Event',
    source: 'aws.events',
    account,
    time: time.toISOString().replace(/\.\d+Z$/, 'Z'),
    region,
    resources: [ruleArn],
    detail: {},
  };
}
