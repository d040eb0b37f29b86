import { isFiring } from '../alerts/state.ts';
import { groupJobName } from '../dispatch/group-job-name.ts';
import { groupKeyOf } from '../dispatch/group-key.ts';
import { labelsOf } from '../dispatch/labels.ts';
import { matching } from '../dispatch/match.ts';
import type { Silence } from '../dispatch/silence.ts';
import type { AlertContext } from './alert-context.ts';

/**
 * Has the groups of the firing alerts that a silence is about dealt with anew: what they held back waits for the silence's end as
 * it was. That is what timers are for, which are due at once.
 */
export async function wakeGroups(
  { pipeline, alerts, timers }: Pick<AlertContext, 'pipeline' | 'alerts' | 'timers'>,
  { matchers }: Pick<Silence, 'matchers'>,
): Promise<void> {
  const matches = matching(matchers);
  for (const rule of pipeline.alerts) {
    const groups = new Map<string, number>();
    for await (const { key, state } of alerts.list(rule.name)) {
      if (state === undefined || !isFiring(state) || !matches(labelsOf(rule, state))) continue;
      // Event time is past its beginning; its end may be to come, if it was judged early.
      groups.set(state.group ?? groupKeyOf(rule, key), state.windowStart);
    }
    await timers.add([...groups].map(([key, due]) => ({ job: groupJobName(rule.name), key, due })));
  }
}
