import { isFiring } from '../alerts/state.ts';
import { noticeId, type Notice, type NoticeMember } from '../dispatch/notice.ts';
import type { Alert } from '../pipeline/pipeline.ts';
import { isoTime } from '../time/event-time.ts';
import { describeState } from './describe-state.ts';
import { groupRecord } from './group-record.ts';
import { linksOf } from './links.ts';
import type { MessageAlert, NoticeMessage } from './message.ts';

/**
 * The message of a notice.
 *
 * @param rule `undefined` if it has left the pipeline: then values have no names, and stand under `key` and `group`
 * @param apiUrl the HTTP API's, for links to it; none are made without
 */
export function buildMessage(notice: Notice, rule: Alert | undefined, apiUrl?: string): NoticeMessage {
  const { alert, kind, severity, firing, resolved, heldBack, members } = notice;
  const alerts = members.map((member) => describeMember(member, rule));
  const [first] = alerts;
  const isAlone = first !== undefined && alerts.length === 1 && firing + resolved <= 1;
  return {
    version: 2,
    id: noticeId(notice),
    kind,
    state: firing > 0 ? 'firing' : 'resolved',
    alert,
    severity,
    group: groupRecord(notice, rule),
    labels: rule?.labels ?? {},
    at: isoTime(notice.at),
    since: isoTime(notice.since),
    ...optional('summary', members[0]?.state.summary ?? rule?.summary),
    ...optional('runbook', rule?.runbook),
    counts: { firing, resolved, heldBack, leftOut: leftOut(firing + resolved, alerts) },
    alerts,
    links: linksOf(rule, members[0]?.state, apiUrl),
    ...(isAlone ? { key: first.key, value: first.value, window: first.window, judged: first.judged } : {}),
  };
}

/** The same message with its first alerts alone. */
export function withAlerts(message: NoticeMessage, most: number): NoticeMessage {
  const { counts, alerts } = message;
  const kept = alerts.slice(0, most);
  const all = counts.leftOut + alerts.filter(isCounted).length;
  return { ...message, counts: { ...counts, leftOut: leftOut(all, kept) }, alerts: kept };
}

function leftOut(all: number, listed: readonly MessageAlert[]): number {
  return Math.max(0, all - listed.filter(isCounted).length);
}

// One that is flapping may be neither.
function isCounted({ state, news }: MessageAlert): boolean {
  return state === 'firing' || news === 'resolved';
}

function describeMember({ state, news }: NoticeMember, rule: Alert | undefined): MessageAlert {
  const { key, ...rest } = describeState(state, rule);
  return { key, state: isFiring(state) ? 'firing' : 'resolved', news, ...rest };
}

function optional<Name extends string, Value>(
  name: Name,
  value: Value | undefined,
): Partial<Record<Name, Value>> {
  return value === undefined ? {} : ({ [name]: value } as Record<Name, Value>);
}
