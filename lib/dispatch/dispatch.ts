import { isFiring, type AlertState } from '../alerts/state.ts';
import type { Severity } from '../pipeline/alert-definition.ts';
import type { Alert } from '../pipeline/pipeline.ts';
import { Agenda } from './agenda.ts';
import { bytesOf, MOST_NOTICE_BYTES } from './bounds.ts';
import type { Group, Member } from './group.ts';
import { greatest, tell, type Tale } from './make-notice.ts';
import { afterTransition, calmAt, newsOf } from './member.ts';
import { Members } from './members.ts';
import type { Notice } from './notice.ts';
import type { Quiet } from './port.ts';
import { lookInterval, withheldUntil } from './withheld.ts';

/** What came of dispatching. */
export interface Dispatched {
  /** The same object as before if nothing has changed; else of the next revision. */
  readonly group: Group;
  readonly notices: readonly Notice[];
  /**
   * When to go on, in ms of event time; `undefined` if nothing will happen by itself. If that is not after `until`, there was more
   * than one write may hold: once this is written, dispatch again with the rest.
   */
  readonly next: number | undefined;
  /** Transitions that were not come to, if so. */
  readonly rest: readonly AlertState[];
}

const HOUR = 3_600_000;

/**
 * Decides what people are told of a group of alerts of a rule, by all that has happened until a moment of event time.
 *
 * It may be repeated: transitions that were heard of change nothing. All happens in order of event time, so that it does not matter
 * how often and with how much at once it is called, as long as transitions do not come after a moment that was dispatched to.
 *
 * Waiting, grouping, renotifying, silences and inhibition are those of Prometheus' Alertmanager,
 * https://prometheus.io/docs/alerting/latest/configuration/, in event time.
 *
 * @param transitions of alerts of the group, in any order
 * @param until the watermark, in ms
 * @example const { group, notices, next } = dispatch(rule, emptyGroup(rule.name, ''), transitions, watermark, NO_QUIET);
 */
export function dispatch(
  rule: Pick<Alert, 'delay' | 'telling'>,
  group: Group,
  transitions: readonly AlertState[],
  until: number,
  quiet: Quiet,
): Dispatched {
  return new Dispatch(rule, group, quiet).run(transitions, until);
}

/** A transition and when it happens to the group, in ms. */
interface Event {
  readonly moment: number;
  readonly state: AlertState;
}

class Dispatch {
  readonly #rule: Pick<Alert, 'delay' | 'telling'>;
  readonly #prior: Group;
  readonly #quiet: Quiet;
  readonly #members: Members;
  /** Keys with news that nothing is known to withhold. */
  readonly #fresh = new Set<string>();
  /** When flapping keys may have calmed down, and withheld ones are looked at: some of it may be out of date. */
  readonly #calm = new Agenda();
  readonly #looks = new Agenda();
  /** Keys that have changed at this moment. */
  readonly #touched = new Set<string>();
  readonly #notices: Notice[] = [];
  #unlisted: number;
  #noticeBytes = 0;
  #due: number | undefined;
  #renotifyAt: number | undefined;
  #sent: readonly number[];
  #heldBack: number;
  #now: number;
  #since: number | undefined;
  #worst: Severity | undefined;
  #hasChanged = false;

  constructor(rule: Pick<Alert, 'delay' | 'telling'>, group: Group, quiet: Quiet) {
    this.#rule = rule;
    this.#prior = group;
    this.#quiet = quiet;
    this.#members = new Members(group);
    this.#unlisted = group.unlisted;
    this.#due = group.due;
    // A rule that no longer tells again may have said so while it did.
    this.#renotifyAt = rule.telling.renotify < Infinity ? group.renotifyAt : undefined;
    this.#sent = group.sent;
    this.#heldBack = group.heldBack;
    this.#now = group.now;
    this.#since = group.since;
    this.#worst = group.worst;
    for (const member of group.members) {
      const { key } = member.state;
      if (member.isFlapping) this.#calm.add(calmAt(member, rule.telling.flapping), key);
      if (newsOf(member) !== undefined && member.look === undefined) this.#fresh.add(key);
    }
  }

  run(transitions: readonly AlertState[], until: number): Dispatched {
    this.#planLooks(until);
    const events = this.#inOrder(transitions, until);
    let at = 0;
    // Of what falls on one moment: what has calmed down, then what happens, then what is told.
    while (this.#noticeBytes < MOST_NOTICE_BYTES) {
      const event = events[at];
      const wake = Math.max(this.#now, Math.min(this.#calm.time, this.#nextTelling()));
      if (event !== undefined && (event.moment < wake || (event.moment === wake && this.#calm.time > wake))) {
        at++;
        this.#happen(event);
      } else if (wake <= until && wake < Infinity) {
        this.#moveTo(wake);
        if (this.#calm.time <= wake) this.#calmDown(wake);
        else if (this.#looks.time <= wake) this.#look(wake);
        else if (this.#newsAt() <= wake) this.#tellNews(wake);
        else this.#renotify(wake);
      } else {
        return this.#result([], Math.max(this.#now, Math.min(this.#calm.time, this.#nextTelling())));
      }
    }
    return this.#result(
      events.slice(at).map(({ state }) => state),
      this.#now,
    );
  }

  #inOrder(transitions: readonly AlertState[], until: number): Event[] {
    const last = Math.max(until, this.#now);
    return transitions
      .filter(
        (state) => (state.status === 'firing' || state.status === 'resolved') && this.#members.isNew(state),
      )
      .map((state) => ({
        state,
        moment: Math.max(this.#now, Math.min(state.at + this.#rule.delay, last)),
      }))
      .sort((a, b) => a.moment - b.moment || a.state.version - b.state.version);
  }

  // A silence may have been ended early since. What is inhibited is looked at soon anyhow.
  #planLooks(until: number): void {
    for (const member of this.#members.values()) {
      if (member.look === undefined) continue;
      let { look } = member;
      if (look - this.#now > lookInterval(this.#rule.telling)) {
        look = Math.min(look, this.#withheldUntil(member.state, this.#now) ?? Math.max(until, this.#now));
      }
      this.#looks.add(look, member.state.key);
      if (look !== member.look) this.#members.set({ ...member, look });
    }
  }

  #happen({ moment, state }: Event): void {
    const { key } = state;
    this.#moveTo(moment);
    // If nothing waits, each transition of an alert is told of.
    if (this.#touched.has(key) && this.#fresh.has(key) && this.#due === moment) this.#tellNews(moment);
    if (!this.#members.isNew(state)) return;
    this.#touched.add(key);
    const prior = this.#members.get(key);
    // Members that keep turning grow: where they take all the room, nobody looks for flapping in what turns next.
    const flapping = this.#members.areFull ? undefined : this.#rule.telling.flapping;
    const member = afterTransition(prior, state, moment, flapping);
    if (prior === undefined && this.#isUnlisted(member)) return;
    if (this.#members.areQuiet) this.#since = state.since;
    if (member.isFlapping) this.#calm.add(calmAt(member, flapping), key);
    this.#members.set(member);
    this.#refresh(key, moment);
  }

  /** Whether an alert is not, or cannot be, followed by itself; then it is counted. */
  #isUnlisted(member: Member): boolean {
    const { state } = member;
    const fires = isFiring(state);
    if (fires && this.#members.hasRoomFor(member)) return false;
    // What comes again would be counted again.
    if (state.at + this.#rule.delay >= this.#prior.now) {
      this.#unlisted = Math.max(0, this.#unlisted + (fires ? 1 : -1));
      this.#hasChanged = true;
    }
    if (!fires) this.#members.settle(state.key, state.version);
    return true;
  }

  #calmDown(time: number): void {
    const { flapping } = this.#rule.telling;
    for (const key of this.#calm.take(time)) {
      const member = this.#members.get(key);
      if (member?.isFlapping !== true || calmAt(member, flapping) > time) continue;
      this.#members.set({ ...member, isFlapping: false, turns: [], look: undefined });
      this.#refresh(key, time);
    }
  }

  /** Sees what of a key is news now. */
  #refresh(key: string, time: number): void {
    const member = this.#members.get(key);
    const news = member && newsOf(member);
    const { groupWait, groupInterval } = this.#rule.telling;
    if (news === undefined) {
      this.#fresh.delete(key);
      this.#leaveOut(key);
    } else {
      this.#fresh.add(key);
      if (news === 'escalated') this.#due = Math.min(this.#due ?? Infinity, time);
      else this.#due ??= time + (this.#members.open > 0 ? groupInterval : groupWait);
    }
  }

  #look(time: number): void {
    for (const key of this.#looks.take(time)) {
      const member = this.#members.get(key);
      if (member?.look === undefined || member.look > time) continue;
      const look = this.#withheldUntil(member.state, time);
      this.#members.set({ ...member, look });
      if (look === undefined) {
        this.#fresh.add(key);
        this.#due = Math.min(this.#due ?? Infinity, time);
      } else {
        this.#looks.add(look, key);
      }
    }
  }

  #tellNews(time: number): void {
    this.#due = undefined;
    this.#hasChanged = true;
    if (this.#roomAt() > time) {
      if (this.#fresh.size > 0) this.#heldBack++;
      return;
    }
    const tales: Tale[] = [];
    for (const key of this.#fresh) {
      const member = this.#members.get(key);
      const news = member && newsOf(member);
      if (member === undefined || news === undefined) continue;
      // Whoever was told that an alert fires is told that it is over, whatever else is kept from them.
      const look = news === 'resolved' ? undefined : this.#withheldUntil(member.state, time);
      if (look === undefined) {
        tales.push({ member, news });
      } else {
        this.#members.set({ ...member, look });
        this.#looks.add(look, key);
      }
    }
    this.#fresh.clear();
    for (const { member, news } of tales) this.#markTold(member, news);
    if (tales.length > 0) this.#give(time, tales);
    this.#heldBack = 0;
  }

  #markTold(member: Member, news: Tale['news']): void {
    const { state } = member;
    const status = news === 'flapping' || news === 'resolved' ? news : 'firing';
    const told = { status, severity: state.severity } as const;
    if (news !== 'resolved') this.#worst = greatest([state.severity, this.#worst ?? state.severity]);
    this.#members.set({ ...member, told });
    this.#leaveOut(state.key);
  }

  #renotify(time: number): void {
    const { renotify } = this.#rule.telling;
    this.#hasChanged = true;
    // News goes first, and may leave no room.
    const later = Math.max(this.#nextNews(), this.#roomAt());
    if (later > time && later < Infinity) {
      this.#renotifyAt = later;
      return;
    }
    const tales: Tale[] = [];
    let [look, isWanted] = [Infinity, false];
    for (const member of this.#members.values()) {
      if (!isFiring(member.state) || member.told?.status !== 'firing' || member.isFlapping) continue;
      const withheld = this.#withheldUntil(member.state, time);
      if (withheld === undefined) {
        tales.push({ member, news: 'goes on' });
        isWanted ||= !this.#quiet.isAcknowledged(member.state);
      } else {
        look = Math.min(look, withheld);
      }
    }
    if (isWanted) {
      this.#give(time, tales);
    } else {
      this.#renotifyAt = look === Infinity ? undefined : Math.min(look, time + renotify);
    }
  }

  #give(time: number, tales: readonly Tale[]): void {
    const { alert, group } = this.#prior;
    const { maxPerHour, renotify } = this.#rule.telling;
    const notice = {
      alert,
      group,
      number: this.#prior.notices + this.#notices.length + 1,
      at: time,
      since: this.#since ?? time,
      ...tell(tales, { open: this.#members.open, unlisted: this.#unlisted, worst: this.#worst ?? 'info' }),
      heldBack: this.#heldBack,
    };
    this.#notices.push(notice);
    this.#noticeBytes += bytesOf(JSON.stringify(notice));
    if (maxPerHour < Infinity) {
      const lately = this.#sent.filter((sent) => time - sent < HOUR);
      this.#sent = [...lately, time].slice(-maxPerHour);
    }
    if (notice.kind !== 'updated' && notice.kind !== 'flapping' && renotify < Infinity) {
      this.#renotifyAt = time + renotify;
    }
    if (this.#members.open === 0) {
      this.#renotifyAt = undefined;
      this.#unlisted = 0;
      this.#worst = undefined;
    }
  }

  #withheldUntil(state: AlertState, time: number): number | undefined {
    return withheldUntil(this.#rule.telling, this.#quiet, state, time);
  }

  /** When there is room for a notice under `maxPerHour`. */
  #roomAt(): number {
    const { maxPerHour } = this.#rule.telling;
    if (this.#sent.length < maxPerHour) return -Infinity;
    return (this.#sent.at(-maxPerHour) ?? -Infinity) + HOUR;
  }

  #newsAt(): number {
    const room = this.#heldBack > 0 ? this.#roomAt() : Infinity;
    return Math.min(this.#due ?? Infinity, room);
  }

  #nextNews(): number {
    return this.#fresh.size > 0 ? this.#newsAt() : -Infinity;
  }

  #nextTelling(): number {
    return Math.min(this.#looks.time, this.#newsAt(), this.#renotifyAt ?? Infinity);
  }

  #moveTo(time: number): void {
    if (time > this.#now) this.#touched.clear();
    this.#now = Math.max(this.#now, time);
  }

  /** Leaves out a key of which nothing is left to be told, unless it may flap. */
  #leaveOut(key: string): void {
    const member = this.#members.get(key);
    if (member === undefined || isFiring(member.state) || member.isFlapping) return;
    if (newsOf(member) !== undefined || calmAt(member, this.#rule.telling.flapping) > this.#now) return;
    this.#members.remove(member);
  }

  #result(rest: readonly AlertState[], time: number): Dispatched {
    const prior = this.#prior;
    const next = time < Infinity ? time : undefined;
    if (!this.#hasChanged && !this.#members.hasChanged) return { group: prior, notices: [], next, rest };
    for (const { state } of [...this.#members.values()]) this.#leaveOut(state.key);
    const hasNews = [...this.#members.values()].some((member) => newsOf(member) !== undefined);
    if (this.#members.areQuiet && !hasNews) this.#since = undefined;
    return {
      group: {
        ...prior,
        ...this.#members.kept(),
        unlisted: this.#unlisted,
        due: this.#due,
        renotifyAt: this.#renotifyAt,
        sent: this.#sent,
        heldBack: this.#heldBack,
        now: this.#now,
        since: this.#since,
        worst: this.#worst,
        notices: prior.notices + this.#notices.length,
        revision: prior.revision + 1,
      },
      notices: this.#notices,
      next,
      rest,
    };
  }
}
