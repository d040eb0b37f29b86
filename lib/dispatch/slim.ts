import { withoutDetails } from '../alerts/state.ts';
import { bytesOf, MOST_DETAIL_BYTES } from './bounds.ts';
import type { Member } from './group.ts';
import { byUrgency, newsOf } from './member.ts';
import { MOST_MEMBERS } from './notice.ts';

/**
 * Members by key. What their conditions saw is kept only of those that the next notice will list: the most urgent ones with news,
 * and of the others.
 */
export function slimmed(members: readonly Member[]): Member[] {
  const detailed = withDetails(members);
  return members
    .map((member) => (detailed.has(member) ? member : { ...member, state: withoutDetails(member.state) }))
    .sort((a, b) => (a.state.key < b.state.key ? -1 : 1));
}

function withDetails(members: readonly Member[]): Set<Member> {
  const byPlace = [...members].sort(byUrgency);
  const hasNews = (member: Member): boolean => newsOf(member) !== undefined;
  const first = [
    ...byPlace.filter(hasNews).slice(0, MOST_MEMBERS),
    ...byPlace.filter((member) => !hasNews(member)).slice(0, MOST_MEMBERS),
  ];
  const detailed = new Set<Member>();
  let left = MOST_DETAIL_BYTES;
  for (const member of first) {
    left -= bytesOf(JSON.stringify(member.state));
    if (left < 0) break;
    detailed.add(member);
  }
  return detailed;
}
