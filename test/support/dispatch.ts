import { dispatch } from '../../lib/dispatch/dispatch.ts';
import { emptyGroup, type Group } from '../../lib/dispatch/group.ts';
import type { Notice } from '../../lib/dispatch/notice.ts';
import type { Quiet } from '../../lib/dispatch/port.ts';
import { NO_QUIET } from '../../lib/dispatch/quiet.ts';
import type { AlertState } from '../../lib/alerts/state.ts';
import type { Severity } from '../../lib/pipeline/alert-definition.ts';
import type { Alert, Telling } from '../../lib/pipeline/pipeline.ts';
import { groupItem, readGroupItem } from '../../lib/store/group-item.ts';
import { alertState } from './alert-state.ts';
import { MINUTE, minutes, slow, T0 } from './pipeline.ts';

/** The rule `slow`, whose windows are judged at once, with another say in who hears of it; its times in minutes. */
export function telling({
  groupWait = 0,
  groupInterval = groupWait,
  renotify = Infinity,
  maxPerHour = Infinity,
  flapping,
  delay = 0,
}: Partial<Pick<Telling, 'groupWait' | 'groupInterval' | 'renotify' | 'maxPerHour' | 'flapping'>> & {
  readonly delay?: number;
} = {}): Alert {
  return {
    ...slow,
    delay: delay * MINUTE,
    telling: {
      ...slow.telling,
      groupBy: [],
      groupWait: groupWait * MINUTE,
      groupInterval: groupInterval * MINUTE,
      renotify: renotify * MINUTE,
      maxPerHour,
      flapping: flapping && { ...flapping, within: flapping.within * MINUTE },
    },
  };
}

/** One turn of an alert of a key, in minutes: a severity says that it fires. */
export type TurnText = readonly [minute: number, key: string, status: Severity | 'resolved'];

/** Transitions with versions and beginnings, as an evaluator would give them. */
export function transitionsOf(turns: readonly TurnText[]): AlertState[] {
  const last = new Map<string, AlertState>();
  return turns.map(([minute, key, status]) => {
    const prior = last.get(key);
    const isFiring = status !== 'resolved';
    const at = minutes(minute);
    const begins = isFiring && prior?.status !== 'firing';
    const state = alertState({
      key,
      at,
      status: isFiring ? 'firing' : 'resolved',
      since: begins ? at : (prior?.since ?? at),
      windowStart: at - MINUTE,
      severity: isFiring ? status : (prior?.severity ?? 'warning'),
      version: (prior?.version ?? 0) + 1,
    });
    last.set(key, state);
    return state;
  });
}

/** A group that lives through time as it would in its table. */
export class Telltale {
  readonly notices: Notice[] = [];
  readonly #rule: Alert;
  quiet: Quiet;
  group: Group;
  next: number | undefined;

  constructor(rule: Alert, quiet: Quiet = NO_QUIET) {
    this.#rule = rule;
    this.quiet = quiet;
    this.group = emptyGroup(rule.name, '');
  }

  /** Dispatches up to a minute, however many writes that takes; says what is told. */
  until(minute: number, transitions: readonly AlertState[] = []): string[] {
    const before = this.notices.length;
    let left = transitions;
    do {
      const { group, notices, next, rest } = dispatch(
        this.#rule,
        this.group,
        left,
        minutes(minute),
        this.quiet,
      );
      this.group = readGroupItem(groupItem(group, notices));
      this.notices.push(...notices);
      this.next = next;
      left = rest;
    } while (this.next !== undefined && this.next <= minutes(minute));
    return this.notices.slice(before).map(textOf);
  }
}

/**
 * What a notice says, with its time in minutes.
 *
 * @example textOf(notice) // '5 firing critical: a firing, b resolved (2 firing, 1 resolved)'
 */
export function textOf({ at, kind, severity, members, firing, resolved, heldBack }: Notice): string {
  const listed = members.map(({ state, news }) => `${state.key} ${news}`).join(', ');
  const counts = [
    `${firing} firing`,
    `${resolved} resolved`,
    ...(heldBack > 0 ? [`${heldBack} held back`] : []),
  ];
  return `${(at - T0) / MINUTE} ${kind} ${severity}: ${listed} (${counts.join(', ')})`;
}
