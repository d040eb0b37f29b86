import type { AlertState } from '../alerts/state.ts';
import type { Severity } from '../pipeline/alert-definition.ts';
import type { Member } from './group.ts';
import { byUrgency, isGreater, severityOf } from './member.ts';
import { MOST_MEMBERS, type Notice, type NoticeKind, type NoticeMember } from './notice.ts';

/** An alert as it was before a notice, and what the notice tells of it. */
export interface Tale {
  readonly member: Member;
  readonly news: NoticeMember['news'];
}

// A notice is in its group's item, of 400 KB at most: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html
const MOST_CHARACTERS = 64 * 1024;

/**
 * What a notice says of alerts: all are counted, and the most urgent listed.
 *
 * @param open how many alerts of the group are known to fire once it has been told
 */
export function tell(
  tales: readonly Tale[],
  open: number,
): Pick<Notice, 'kind' | 'severity' | 'members' | 'firing' | 'resolved'> {
  const listed = [...tales].sort((a, b) => byUrgency(a.member, b.member)).slice(0, MOST_MEMBERS);
  return {
    kind: kindOf(tales, open),
    severity: tales.map(({ member }) => severityOf(member)).reduce(greater),
    members: withinBounds(listed),
    firing: open,
    resolved: tales.filter(({ news }) => news === 'resolved').length,
  };
}

function kindOf(tales: readonly Tale[], open: number): NoticeKind {
  const told = new Set(tales.map(({ news }) => news));
  if (told.has('goes on')) return 'renotified';
  for (const news of ['firing', 'escalated', 'flapping'] as const) if (told.has(news)) return news;
  return open > 0 ? 'updated' : 'resolved';
}

function greater(one: Severity, other: Severity): Severity {
  return isGreater(other, one) ? other : one;
}

function withinBounds(tales: readonly Tale[]): NoticeMember[] {
  let left = MOST_CHARACTERS;
  return tales.map(({ member: { state }, news }) => {
    left -= JSON.stringify(state).length;
    return { state: left < 0 ? withoutDetails(state) : state, news };
  });
}

/** A transition without what its condition saw: that may be long. */
export function withoutDetails(state: AlertState): AlertState {
  return { ...state, value: {}, band: undefined, summary: undefined };
}
