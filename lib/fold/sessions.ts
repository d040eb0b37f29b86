import type { MergedPane } from '../alerts/evidence.ts';
import type { Fragment } from '../measures/fragments.ts';
import type { Aggregate, SessionRule } from '../pipeline/pipeline.ts';
import { mergeAccs } from './pane.ts';

/** An aggregate whose events are gathered into sessions. */
export interface SessionAggregate extends Aggregate {
  readonly session: SessionRule;
}

/** A session of one key. Times in ms. */
export interface Session {
  /** Time of its first event. */
  readonly start: number;
  /** A gap after its last event, exclusive. A session that was cut has this too, though the next one began meanwhile. */
  readonly end: number;
  /** Accumulators of the aggregate: one run of events. */
  readonly accs: readonly unknown[];
}

/** What is known of a key's sessions by its panes from some time on. */
export interface Sessions {
  /** In order of time. The last one may still grow. */
  readonly sessions: readonly Session[];
  /** No session that ends after this is missing: minus infinity if none is at all, in ms. */
  readonly unknownUntil: number;
}

/** Tells an aggregate of sessions from one of windows. */
export function hasSessions(aggregate: Aggregate): aggregate is SessionAggregate {
  return aggregate.session !== undefined;
}

/** How far one has to look back from an event at most, in ms, to know the session that it is in. */
export function lookBack({ gap, longestRun }: SessionRule): number {
  return 2 * longestRun + gap;
}

/** From when on one has to look, in ms, to know the session of an event at `time`; at most {@link lookBack} before it. */
export function lookBackFrom({ gap, longestRun }: SessionRule, time: number): number {
  return (Math.floor(time / longestRun) - 1) * longestRun - gap;
}

/**
 * The sessions of a key, by its panes.
 *
 * @param panes sorted by start
 * @param since start of the first pane that is known, in ms; minus infinity if all are. Sessions that depend on what was
 * before are left out.
 */
export function sessionsOf(
  aggregate: SessionAggregate,
  panes: Iterable<MergedPane>,
  since = -Infinity,
): Sessions {
  const cutter = new SessionCutter(aggregate, since);
  const sessions: Session[] = [];
  for (const { accs } of panes) sessions.push(...cutter.add(accs));
  const last = cutter.end();
  if (last !== undefined) sessions.push(last);
  return { sessions, unknownUntil: cutter.unknownUntil };
}

/**
 * Gathers the runs of events of one key's panes, in order of time, into sessions, and cuts those that grow too long. Where, depends
 * on the events alone, not on the order in which they came:
 *
 * - a session takes what comes less than a gap after it, pane by pane, as long as it is at most `max` from its first event to
 *   its last;
 * - events that have gone on for `longestRun` or more when a multiple of it comes, each less than a gap from the next, are cut
 *   there.
 */
export class SessionCutter {
  readonly #aggregate: SessionAggregate;
  readonly #since: number;
  #open: { start: number; last: number; accs: unknown[] } | undefined;
  /** First event that is known of the events before, each less than a gap from the next. */
  #runStart = NaN;
  /** Whether the open session began where it seems to. */
  #isKnown = true;
  #unknownUntil = -Infinity;

  /** @param since see {@link sessionsOf} */
  constructor(aggregate: SessionAggregate, since = -Infinity) {
    this.#aggregate = aggregate;
    this.#since = since;
  }

  /** End of the last session that depends on what is not known, in ms. */
  get unknownUntil(): number {
    return this.#unknownUntil;
  }

  /** End of the session that is open, in ms; infinity if none is. */
  get openEnd(): number {
    return this.#open === undefined ? Infinity : this.#open.last + this.#aggregate.session.gap;
  }

  /** Takes the next pane's accumulators, and gives the sessions that these have ended. */
  add(accs: readonly unknown[]): Session[] {
    const ended: Session[] = [];
    // The only measure of an aggregate of sessions.
    for (const fragment of accs[0] as readonly Fragment[]) {
      const session = this.#take(fragment);
      if (session !== undefined) ended.push(session);
    }
    return ended;
  }

  /** Ends the open session. */
  end(): Session | undefined {
    const open = this.#open;
    this.#open = undefined;
    if (open === undefined) return undefined;
    const end = open.last + this.#aggregate.session.gap;
    if (this.#isKnown) return { start: open.start, end, accs: open.accs };
    this.#unknownUntil = end;
    return undefined;
  }

  #take(fragment: Fragment): Session | undefined {
    const { measures, session } = this.#aggregate;
    const { first, last } = fragment;
    const before = this.#open?.last ?? this.#since;
    const isNewRun = first - before >= session.gap;
    const isAnchored = !isNewRun && this.#isAnchored(before, first);
    const isCut = this.#open === undefined || last - this.#open.start > session.max;
    const ended = isNewRun || isAnchored || isCut ? this.end() : undefined;
    if (isNewRun || isAnchored) this.#isKnown = true;
    else if (Number.isNaN(this.#runStart)) this.#isKnown = false;
    if (isNewRun || Number.isNaN(this.#runStart)) this.#runStart = first;
    this.#open ??= { start: first, last, accs: measures.map(({ measure }) => measure.empty()) };
    this.#open.last = last;
    mergeAccs(this.#aggregate, this.#open.accs, [[fragment]]);
    return ended;
  }

  /** Whether the run has gone on for so long that it is cut between two neighbouring events of it. */
  #isAnchored(before: number, first: number): boolean {
    const { longestRun } = this.#aggregate.session;
    const anchor = Math.floor(first / longestRun) * longestRun;
    return before < anchor && this.#runStart <= anchor - longestRun;
  }
}
