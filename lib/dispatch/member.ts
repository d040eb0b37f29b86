import { isFiring, type AlertState } from '../alerts/state.ts';
import { SEVERITIES } from '../pipeline/build-life-cycle.ts';
import type { Severity } from '../pipeline/alert-definition.ts';
import type { Telling } from '../pipeline/pipeline.ts';
import { isGreater } from '../pipeline/severity.ts';
import type { Member } from './group.ts';
import type { NoticeMember } from './notice.ts';

/** What of an alert may be news. */
export type News = Exclude<NoticeMember['news'], 'goes on'>;

/** What of an alert is news: where what it is differs from what was told of it. */
export function newsOf({ state, told, isFlapping }: Member): News | undefined {
  if (isFlapping) return told?.status === 'flapping' ? undefined : 'flapping';
  if (!isFiring(state)) return isOpen({ told }) ? 'resolved' : undefined;
  if (told?.status !== 'firing') return 'firing';
  return isGreater(state.severity, told.severity) ? 'escalated' : undefined;
}

/** Whether people were told of an alert and not yet that it is over. */
export function isOpen({ told }: Pick<Member, 'told'>): boolean {
  return told !== undefined && told.status !== 'resolved';
}

/** How urgent what is told of an alert is: of one that has resolved, what people knew it as. */
export function severityOf({ state, told, isFlapping }: Member): Severity {
  return isFiring(state) || isFlapping || told === undefined ? state.severity : told.severity;
}

/** An alert after its next transition. @param moment when that happened, in ms */
export function afterTransition(
  prior: Member | undefined,
  state: AlertState,
  moment: number,
  flapping: Telling['flapping'],
): Member {
  const turned = isFiring(prior?.state) !== isFiring(state);
  const told = prior?.told;
  if (flapping === undefined) return { state, told, turns: [], isFlapping: false, look: undefined };
  const { turns: most, within } = flapping;
  const before = (prior?.turns ?? []).filter((turn) => moment - turn < within);
  const turns = turned ? [...before, moment].slice(-most) : before;
  return {
    state,
    told,
    turns,
    isFlapping: prior?.isFlapping === true || turns.length >= most,
    look: undefined,
  };
}

/** When an alert that flaps has been the same for long enough, in ms. */
export function calmAt({ turns }: Pick<Member, 'turns'>, flapping: Telling['flapping']): number {
  return (turns.at(-1) ?? -Infinity) + (flapping?.within ?? 0);
}

/** Orders alerts: the greatest severity first, then the one that has been firing longest. */
export function byUrgency(one: Member, other: Member): number {
  const [a, b] = [one.state, other.state];
  const severities = SEVERITIES.indexOf(severityOf(other)) - SEVERITIES.indexOf(severityOf(one));
  if (severities !== 0) return severities;
  if (a.since !== b.since) return a.since - b.since;
  return a.key < b.key ? -1 : 1;
}
