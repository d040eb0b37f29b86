import type { AlertState } from '../alerts/state.ts';
import { depthOf } from '../derive/depth.ts';
import type { Notice } from '../dispatch/notice.ts';
import type { Silence } from '../dispatch/silence.ts';
import { refusedWindow } from '../derive/refused-window.ts';
import { isDerived, WindowFold, type DerivedAggregate } from '../derive/window-fold.ts';
import { Fold, type OnAdd } from '../fold/fold.ts';
import { createInterpreter, isRejection, type Interpreter } from '../fold/interpret.ts';
import { PaneMap } from '../fold/pane-map.ts';
import type { Pane } from '../fold/pane.ts';
import { compareSequence } from '../fold/sequence.ts';
import { hasSessions } from '../fold/sessions.ts';
import { finalAfter, type Aggregate, type Pipeline } from '../pipeline/pipeline.ts';
import type { Quarantined, Rejection } from '../quarantine/rejection.ts';
import { sessions, type WindowShape } from '../time/window.ts';
import { Calendar } from './calendar.ts';
import { CompositeRules } from './composite-rule.ts';
import { ReplayDispatcher } from './dispatcher.ts';
import { outputOf, type FinalPane, type Output } from './output.ts';
import { lookedAtFor, ReplayRule } from './rule.ts';

/** Takes what a replay gives, in order of event time; of alerts that are judged early, as their data come. */
export interface ReplaySink {
  /** @param isFinal whether the watermark has passed the end and the allowed lateness, or the input ended before that */
  readonly pane: (pane: FinalPane, isFinal: boolean) => void;
  readonly alert: (transition: AlertState) => void;
  /** Takes what people would be told; nothing is decided of that where nobody takes it. */
  readonly notice?: ((notice: Notice) => void) | undefined;
  /** Takes windows that a derived aggregate refuses. */
  readonly refused: (window: Quarantined) => void;
}

/** What became of one event: `undefined` if it is in every aggregate, `'ignored'` if it is of no source. */
export type Outcome =
  Rejection | { readonly lateFor: readonly Aggregate[]; readonly watermark: number } | 'ignored' | undefined;

/** A lane under replay. */
export interface ReplayLane {
  readonly fold: Fold;
  /** Name of the stream that its events came in, if it is known. */
  readonly stream: string | undefined;
  /** Sequence number of the last record, where the lane has them. */
  mark: string | undefined;
  /** An ended lane no longer holds the watermark back. */
  ended: boolean;
}

/** What final panes are made into, and who takes that. */
interface Consumer {
  readonly output: Output;
  readonly take: (window: FinalPane, isFinal: boolean) => void;
}

interface Track {
  readonly aggregate: Aggregate;
  readonly panes: PaneMap;
  readonly final: Calendar;
  readonly kept: Calendar | undefined;
  readonly consumers: Consumer[];
  /** Whether the panes themselves are given out. */
  readonly givesPanes: boolean;
  readonly rules: ReplayRule[];
}

/**
 * The pipeline in memory: the live fold and the live judgement, driven by event time alone. It holds the panes that
 * are not final yet or that a window may still need, and nothing else, however much it reads.
 */
export class Replay {
  readonly #pipeline: Pipeline;
  readonly #sink: ReplaySink;
  readonly #interpret: Interpreter;
  /** By the aggregates' places in the pipeline. */
  readonly #tracks: readonly Track[];
  /** Each after those that it is derived from. */
  readonly #inOrder: readonly Track[];
  /** Rules that are judged early, by the places of what they are on; whether there are any. */
  readonly #early: readonly (readonly ReplayRule[])[];
  readonly #isEarly: boolean;
  readonly #composites: CompositeRules;
  /** `undefined` if nobody takes its notices. */
  readonly #dispatcher: ReplayDispatcher | undefined;
  readonly #lanes: ReplayLane[] = [];
  // The next watermark at which anything is due, so that most events cost one comparison.
  #next = Infinity;
  // The greatest watermark that anything was given by.
  #reached = -Infinity;
  // Least watermark of the lanes beside the one that is being read.
  #others = Infinity;
  #current: ReplayLane | undefined;
  // The input has ended: what the watermark has not passed is given as it is.
  #isOver = false;
  // Panes that are to be given out after the alerts of the same watermark.
  #given: [FinalPane, boolean][] = [];

  /**
   * @param windows what panes are merged to, by aggregate name; the others' panes are given as they are
   * @param silences by event time
   */
  constructor(
    pipeline: Pipeline,
    sink: ReplaySink,
    windows: ReadonlyMap<string, WindowShape> = new Map(),
    silences: readonly Silence[] = [],
  ) {
    this.#pipeline = pipeline;
    this.#sink = sink;
    if (sink.notice !== undefined) this.#dispatcher = new ReplayDispatcher(pipeline, silences);
    this.#interpret = createInterpreter(pipeline);
    const overWindows = pipeline.alerts.filter(({ of }) => of.length === 0);
    this.#tracks = pipeline.aggregates.map((aggregate) => {
      const alerts = overWindows.filter((alert) => alert.aggregate === aggregate);
      const window = hasSessions(aggregate) ? sessions() : windows.get(aggregate.name);
      const final = new Calendar(aggregate.pane + finalAfter(aggregate));
      // Rules of other aggregates may look at its panes, too.
      const looking = overWindows.filter(({ others }) => others.includes(aggregate));
      const longest = Math.max(0, ...[...alerts, ...looking].map(lookedAtFor));
      // One that sees several aggregates waits for the slowest of them.
      const after = Math.max(
        finalAfter(aggregate),
        ...[...alerts, ...looking].map((alert) => Math.max(alert.delay, finalAfter(alert.aggregate))),
      );
      // A window that holds a pane ends at most its size after the pane's start, and is judged again as long as one of its
      // panes takes records.
      const kept = longest > aggregate.pane || looking.length > 0 ? new Calendar(longest + after) : undefined;
      const own: ReplayRule[] = [];
      const panes = new PaneMap(aggregate, (pane) => {
        final.add(pane);
        kept?.add(pane);
        for (const rule of own) rule.expect(pane);
        this.#next = Math.min(this.#next, final.next, ...own.map((rule) => rule.next));
      });
      const consumers =
        window === undefined ? [] : [{ output: outputOf(aggregate, window), take: this.#gather.bind(this) }];
      return { aggregate, panes, final, kept, consumers, givesPanes: window === undefined, rules: own };
    });
    this.#composites = new CompositeRules(pipeline);
    for (const alert of overWindows) {
      const others = alert.others.map((other) => this.#panesOf(other));
      this.#tracks[alert.aggregate.index]?.rules.push(
        new ReplayRule(alert, this.#panesOf(alert.aggregate), others),
      );
    }
    this.#early = this.#tracks.map(({ rules }) => rules.filter(({ isEarly }) => isEarly));
    this.#isEarly = this.#early.some((rules) => rules.length > 0);
    this.#inOrder = [...this.#tracks].sort((a, b) => depthOf(a.aggregate) - depthOf(b.aggregate));
    for (const derived of pipeline.aggregates) if (isDerived(derived)) this.#derive(derived);
  }

  /** A new lane: one ordered sequence. @param stream name of the stream that its events came in, if it is known */
  lane(stream?: string): ReplayLane {
    const panes = this.#tracks.map((track) => track.panes);
    const onBehind = (pane: Pane): void => {
      this.#judgeAgain(pane);
    };
    const fold = new Fold(this.#pipeline, -Infinity, { panes, onBehind, onAdd: this.#onAdd() });
    fold.floor = this.#reached;
    const lane = { fold, stream, mark: undefined, ended: false };
    this.#lanes.push(lane);
    this.#current = undefined;
    return lane;
  }

  /** Tells whether a record with this sequence number has been read before, and remembers it if not. */
  isRepeated(lane: ReplayLane, sequence: string): boolean {
    if (lane.mark !== undefined && compareSequence(sequence, lane.mark) <= 0) return true;
    lane.mark = sequence;
    return false;
  }

  /** Folds one event of a lane in, and gives out what its time makes due. */
  add(lane: ReplayLane, value: unknown, arrival: number | undefined): Outcome {
    const event = this.#interpret(value, arrival, lane.stream);
    if (event === 'ignored' || isRejection(event)) return event;
    if (lane !== this.#current) this.#turnTo(lane);
    const watermark = lane.fold.closedUntil;
    const lateFor = lane.fold.add(event, '');
    const isDue = lane.fold.watermark >= this.#next && this.#others >= this.#next;
    // A lane that is behind does not take the watermark back: what it brings is due at once.
    if (isDue || this.#reached >= this.#next) {
      this.#advance(Math.min(lane.fold.watermark, this.#others));
    }
    if (this.#isEarly) this.#judgeOpen(Math.max(this.#reached, Math.min(lane.fold.watermark, this.#others)));
    return lateFor && { lateFor, watermark };
  }

  /** Ends a lane: it no longer holds the watermark back. */
  end(lane: ReplayLane): void {
    lane.ended = true;
    this.#current = undefined;
    const watermark = this.#least(undefined);
    if (watermark !== Infinity && watermark >= this.#next) this.#advance(watermark);
  }

  /**
   * Ends the replay: every pane is given. Alerts are judged up to the greatest event time and no further, as windows
   * that reach beyond it were not over when the recording ended.
   *
   * @param until up to which time (ms) it goes on in silence before it ends: windows without data are judged, too
   */
  finish(until = -Infinity): void {
    // Lanes that have ended hold nothing back.
    this.#advance(Math.max(-Infinity, ...this.#lanes.map((lane) => lane.fold.watermark)));
    // Step by step: a jump would take away panes that windows on the way look at.
    while (this.#next <= until) this.#advance(this.#next);
    this.#advance(until);
    this.#isOver = true;
    this.#give(Math.max(this.#reached, ...this.#lanes.map((lane) => lane.fold.maxEventTime)));
    for (const track of this.#inOrder) this.#givePanes(track, Infinity);
    this.#flush();
  }

  #panesOf({ name, index }: Aggregate): PaneMap {
    const panes = this.#tracks[index]?.panes;
    if (panes === undefined) throw new Error(`aggregate ${name} is not at its index`);
    return panes;
  }

  /** Has the final windows of an aggregate folded into one that is derived from it. */
  #derive(derived: DerivedAggregate): void {
    const { from, window } = derived.derivation;
    const panes = this.#panesOf(derived);
    const onAdd = hasSessions(derived) ? this.#judgeAgain.bind(this) : this.#onAdd();
    const fold = new WindowFold(derived, panes, onAdd);
    this.#tracks[from.index]?.consumers.push({
      output: outputOf(from, window),
      take: (final) => {
        const rejection = fold.add(final, '');
        if (rejection !== undefined) this.#sink.refused(refusedWindow(derived, final, rejection));
      },
    });
  }

  /** Tells rules that are judged early of what changes; nothing is told where there are none. */
  #onAdd(): OnAdd | undefined {
    if (!this.#isEarly) return undefined;
    return ({ aggregate, key }) => {
      for (const rule of this.#early[aggregate.index] ?? []) rule.change(key);
    };
  }

  // What comes late, but in time to be folded in, has the windows of its pane judged again, as it has live.
  #judgeAgain(pane: Pane): void {
    for (const rule of this.#tracks[pane.aggregate.index]?.rules ?? []) {
      rule.expect(pane);
      this.#next = Math.min(this.#next, rule.next);
    }
  }

  #turnTo(lane: ReplayLane): void {
    this.#current = lane;
    lane.ended = false;
    this.#others = this.#least(lane);
  }

  #least(except: ReplayLane | undefined): number {
    let least = Infinity;
    for (const lane of this.#lanes) {
      if (lane !== except && !lane.ended) least = Math.min(least, lane.fold.watermark);
    }
    return least;
  }

  #advance(watermark: number): void {
    // What was given as final stays final, for lanes that are further behind or begin later too.
    this.#reached = Math.max(this.#reached, watermark);
    this.#give(this.#reached);
    for (const lane of this.#lanes) lane.fold.floor = this.#reached;
    this.#next = Math.min(this.#composites.next, this.#dispatcher?.next ?? Infinity);
    for (const { final, consumers, rules } of this.#tracks) {
      for (const { next } of [final, ...consumers.map(({ output }) => output), ...rules])
        this.#next = Math.min(this.#next, next);
    }
  }

  #judgeOpen(watermark: number): void {
    const transitions: AlertState[] = [];
    for (const rules of this.#early) {
      for (const rule of rules) transitions.push(...rule.judgeOpen(watermark));
    }
    if (transitions.length === 0) return;
    for (const transition of transitions) this.#composites.hear(transition);
    this.#tell(transitions, watermark);
    this.#next = Math.min(this.#next, this.#composites.next, this.#dispatcher?.next ?? Infinity);
  }

  #give(watermark: number): void {
    const transitions: AlertState[] = [];
    for (const track of this.#inOrder) {
      for (const rule of track.rules) transitions.push(...rule.judge(watermark));
      this.#givePanes(track, watermark);
    }
    // Not before all rules have been judged: those of other aggregates may look at them.
    for (const { kept, panes } of this.#tracks)
      for (const pane of kept?.take(watermark) ?? []) panes.delete(pane);
    for (const transition of transitions) this.#composites.hear(transition);
    transitions.push(...this.#composites.judge(watermark));
    transitions.sort((a, b) => a.at - b.at);
    this.#tell(transitions, watermark);
    this.#flush();
  }

  /** Gives transitions out, each notice after what it tells of. */
  #tell(transitions: readonly AlertState[], until: number): void {
    const notices = this.#dispatcher?.advance(transitions, until) ?? [];
    let told = 0;
    for (const transition of transitions) {
      for (let next = notices[told]; next !== undefined && next.at < transition.at; next = notices[++told])
        this.#sink.notice?.(next);
      this.#sink.alert(transition);
    }
    for (const notice of notices.slice(told)) this.#sink.notice?.(notice);
  }

  #gather(pane: FinalPane, isFinal: boolean): void {
    this.#given.push([pane, isFinal]);
  }

  #flush(): void {
    for (const [pane, isFinal] of this.#given) this.#sink.pane(pane, isFinal);
    this.#given = [];
  }

  #givePanes({ aggregate, panes, final, kept, consumers, givesPanes }: Track, watermark: number): void {
    for (const pane of final.take(watermark)) {
      for (const { output } of consumers) output.add(pane);
      if (givesPanes) this.#gather(finalPane(aggregate, pane), !this.#isOver);
      if (kept === undefined) panes.delete(pane);
    }
    for (const { output, take } of consumers)
      for (const one of output.take(watermark)) take(one, !this.#isOver);
  }
}

function finalPane(aggregate: Aggregate, { key, start, accs }: Pane): FinalPane {
  return { aggregate, key, start, end: start + aggregate.pane, accs };
}
