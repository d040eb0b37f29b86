import { withoutDetails } from '../alerts/state.ts';
import type { Severity } from '../pipeline/alert-definition.ts';
import { isGreater } from '../pipeline/severity.ts';
import { bytesOf, MOST_DETAIL_BYTES } from './bounds.ts';
import type { Member } from './group.ts';
import { byUrgency, severityOf } from './member.ts';
import { MOST_MEMBERS, type Notice, type NoticeKind, type NoticeMember } from './notice.ts';

/** An alert as it was before a notice, and what the notice tells of it. */
export interface Tale {
  readonly member: Member;
  readonly news: NoticeMember['news'];
}

/**
 * What a notice says of alerts: all are counted, and the most urgent listed.
 *
 * @param of how many alerts of the group people take to be firing once it has been told, how many fire that the group has no room
 * for, and the greatest severity that people were told of since one fires
 */
export function tell(
  tales: readonly Tale[],
  { open, unlisted, worst }: { readonly open: number; readonly unlisted: number; readonly worst: Severity },
): Pick<Notice, 'kind' | 'severity' | 'members' | 'firing' | 'resolved'> {
  const listed = [...tales].sort((a, b) => byUrgency(a.member, b.member)).slice(0, MOST_MEMBERS);
  const kind = kindOf(tales, open);
  return {
    kind,
    // Whoever was told of it is told that it is over.
    severity: kind === 'resolved' ? worst : greatest(tales.map(({ member }) => severityOf(member))),
    members: withinBounds(listed),
    firing: open === 0 ? 0 : open + unlisted,
    resolved: tales.filter(({ news }) => news === 'resolved').length,
  };
}

function kindOf(tales: readonly Tale[], open: number): NoticeKind {
  const told = new Set(tales.map(({ news }) => news));
  if (told.has('goes on')) return 'renotified';
  for (const news of ['firing', 'escalated', 'flapping'] as const) if (told.has(news)) return news;
  return open > 0 ? 'updated' : 'resolved';
}

/** The greatest of some severities; at least one. */
export function greatest(severities: readonly Severity[]): Severity {
  return severities.reduce((one, other) => (isGreater(other, one) ? other : one));
}

function withinBounds(tales: readonly Tale[]): NoticeMember[] {
  let left = MOST_DETAIL_BYTES;
  return tales.map(({ member: { state }, news }) => {
    left -= bytesOf(JSON.stringify(state));
    return { state: left < 0 ? withoutDetails(state) : state, news };
  });
}
