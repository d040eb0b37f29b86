import type { AlertStore, TimerStore } from '../alerts/port.ts';
import type { AlertState } from '../alerts/state.ts';
import type { Alert, Pipeline } from '../pipeline/pipeline.ts';
import { dispatch, type Dispatched } from './dispatch.ts';
import { emptyGroup, type Group } from './group.ts';
import { groupJobName } from './group-job-name.ts';
import type { AcknowledgementStore, GroupStore, SilenceStore } from './port.ts';
import { QuietReader } from './quiet-reader.ts';

/** What it takes to tell of alerts, beside what it takes to judge them. */
export interface DispatchContext {
  readonly groups: GroupStore;
  readonly silences: Pick<SilenceStore, 'list'>;
  readonly acknowledgements: Pick<AcknowledgementStore, 'read'>;
  /** Wall clock in ms, by which silences are made. */
  readonly now: () => number;
}

/** What it takes to run a group. */
export interface GroupContext {
  readonly pipeline: Pipeline;
  readonly alerts: Pick<AlertStore, 'read'>;
  readonly timers: Pick<TimerStore, 'add'>;
  readonly dispatching: DispatchContext;
}

/** Another dispatcher kept writing the same group. */
export class GroupRaceError extends Error {
  override readonly name = 'GroupRaceError';
}

const MOST_RACES = 5;

/**
 * Decides what is told of a group, and writes what came of it with the notices, and the timer of what comes next. If others
 * wrote meanwhile, it is decided again by what they wrote. May be repeated at will: transitions that the group has heard of change
 * nothing, and then nothing is written but the timer, which a crash may have left out.
 *
 * @param transitions of alerts of the group
 * @param until up to when event time has come, in ms
 * @returns when it goes on by itself, in ms; `undefined` if it does not
 * @throws {GroupRaceError} if others kept writing
 */
export async function runGroup(
  context: GroupContext,
  rule: Alert,
  group: string,
  transitions: readonly AlertState[],
  until: number,
): Promise<number | undefined> {
  const { groups } = context.dispatching;
  let left = transitions;
  for (let races = 0; races < MOST_RACES;) {
    const prior = (await groups.read(rule.name, group)) ?? emptyGroup(rule.name, group);
    const { group: after, notices, next, rest } = await decide(context, rule, prior, left, until);
    const isChanged = after.revision !== prior.revision;
    if (isChanged && !(await groups.write(after, notices))) {
      races++;
      continue;
    }
    // There was more than one write may hold.
    left = rest;
    if (isChanged && next !== undefined && next <= until) continue;
    if (next !== undefined) {
      await context.timers.add([{ job: groupJobName(rule.name), key: group, due: next }]);
    }
    return next;
  }
  throw new GroupRaceError(
    `group ${group} of alert ${rule.name} was written by others ${MOST_RACES} times meanwhile`,
  );
}

async function decide(
  { pipeline, alerts, dispatching }: GroupContext,
  rule: Alert,
  prior: Group,
  transitions: readonly AlertState[],
  until: number,
): Promise<Dispatched> {
  const since = Math.min(prior.now === -Infinity ? until : prior.now, ...transitions.map(({ at }) => at));
  const reader = new QuietReader({ alerts, ...dispatching }, pipeline, rule, since);
  let decided: Dispatched;
  do decided = dispatch(rule, prior, transitions, until, reader.quiet());
  while (await reader.readAsked());
  return decided;
}
