import { transitionId, type AlertState } from '../../lib/alerts/state.ts';
import { noticeId, type Notice } from '../../lib/dispatch/notice.ts';
import { alertNamed } from '../../lib/pipeline/pipeline.ts';
import { isGroupItemKey, readGroupItem } from '../../lib/store/group-item.ts';
import { readHistoryItem } from '../../lib/store/history-item.ts';
import { pipeline } from './pipeline.ts';
import type { SimDynamo } from './sim-dynamo.ts';
import type { Watch } from './watch.ts';

type Written = Pick<Watch, 'transitions' | 'notices'>;

/** Notices of a group count from 1, each was published under its id, with one content, and nothing else was. */
export function checkNotices(notices: readonly Notice[], published: readonly string[]): string[] {
  const violations: string[] = [];
  const messages = new Map<string, string>();
  for (const body of published) {
    const id = noticeId(JSON.parse(body) as Notice);
    if ((messages.get(id) ?? body) !== body) violations.push(`notice ${id} was published with two contents`);
    messages.set(id, body);
  }
  const last = new Map<string, Notice>();
  for (const notice of notices) {
    const id = noticeId(notice);
    const group = `${notice.alert}|${notice.group}`;
    const before = last.get(group);
    if (notice.number !== (before?.number ?? 0) + 1) violations.push(`notice ${id} is out of turn`);
    violations.push(...checkSpacing(before, notice));
    last.set(group, notice);
    const body = messages.get(id);
    if (body === undefined) violations.push(`notice ${id} was never published`);
    else if (body !== JSON.stringify(notice)) violations.push(`notice ${id} is not what was published`);
    messages.delete(id);
  }
  for (const id of messages.keys()) violations.push(`message ${id} is of no notice`);
  return violations;
}

function checkSpacing(before: Notice | undefined, notice: Notice): string[] {
  const id = noticeId(notice);
  if (before !== undefined && notice.at < before.at) return [`notice ${id} goes back in time`];
  if (notice.kind !== 'renotified') return [];
  const least = alertNamed(pipeline, notice.alert)?.telling.renotify ?? Infinity;
  const isSpaced = before !== undefined && notice.at - before.at >= (before.kind === 'updated' ? 0 : least);
  return isSpaced ? [] : [`notice ${id} tells again too soon`];
}

/** What people were told last of each alert is what it is in the end, but for what its group will still tell. */
export function checkTold({ transitions, notices }: Written, dynamo: SimDynamo, watermark: number): string[] {
  const states = new Map(transitions.map((state) => [nameOf(state), state]));
  const told = new Map<string, string>();
  for (const { state, news } of notices.flatMap(({ members }) => members)) {
    if (news !== 'goes on') told.set(nameOf(state), state.status);
  }
  const waiting = waitingIn(dynamo, watermark);
  const violations: string[] = [];
  for (const [name, { status }] of states) {
    const last = told.get(name) ?? 'resolved';
    if (last !== status && !waiting.has(name))
      violations.push(`alert ${name} is ${status}, and people were told that it is ${last}`);
  }
  return violations;
}

/** Alerts of groups whose news are due later. */
function waitingIn(dynamo: SimDynamo, watermark: number): Set<string> {
  const names = new Set<string>();
  for (const item of dynamo.items('alerts')) {
    if (!isGroupItemKey({ pk: item.pk?.S ?? '' })) continue;
    const { due = -Infinity, members } = readGroupItem(item);
    if (due > watermark) for (const { state } of members) names.add(nameOf(state));
  }
  return names;
}

/** All that was written is history, once. */
export function checkHistory({ transitions, notices }: Written, dynamo: SimDynamo): string[] {
  const wanted = [...transitions.map(transitionId), ...notices.map((notice) => `notice ${noticeId(notice)}`)];
  const found = [...dynamo.items('alerts')]
    .filter(({ pk }) => pk?.S?.startsWith('#history|') === true)
    .map(readHistoryItem)
    .map((entry) => {
      if (entry.type === 'transition') return transitionId(entry.state);
      return entry.type === 'notice' ? `notice ${noticeId(entry.notice)}` : entry.type;
    });
  return wanted.sort().join() === found.sort().join() ? [] : ['history is not what happened'];
}

function nameOf({ alert, key }: Pick<AlertState, 'alert' | 'key'>): string {
  return `${alert} of ${key}`;
}
