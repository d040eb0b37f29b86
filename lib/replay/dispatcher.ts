import { otherKey } from '../alerts/read-beside.ts';
import type { AlertRecord, AlertState } from '../alerts/state.ts';
import { nothingKept, withTransitions } from '../alerts/write-judgement.ts';
import { byGroup } from '../dispatch/by-group.ts';
import { dispatch } from '../dispatch/dispatch.ts';
import { emptyGroup, type Group } from '../dispatch/group.ts';
import type { Notice } from '../dispatch/notice.ts';
import type { Quiet } from '../dispatch/port.ts';
import { quietOf, type Parent } from '../dispatch/quiet.ts';
import type { Silence } from '../dispatch/silence.ts';
import type { Alert, Pipeline } from '../pipeline/pipeline.ts';

/** A rule's groups, and those of its alerts that keep others from being told of. */
interface Ruled {
  readonly rule: Alert;
  readonly parents: readonly Ruled[];
  readonly groups: Map<string, Group>;
  /** Groups with something that falls due, and when, in ms. */
  readonly due: Map<string, number>;
  /** By key, if any rule asks for them. */
  readonly records: Map<string, AlertRecord> | undefined;
  /** For a rule without parents: the same at all times. */
  readonly quiet: Quiet;
}

/** What people would be told, in memory: the live dispatcher, driven by event time alone. */
export class ReplayDispatcher {
  readonly #pipeline: Pipeline;
  readonly #rules = new Map<string, Ruled>();
  readonly #silences: readonly Silence[];

  /** @param silences by event time */
  constructor(pipeline: Pipeline, silences: readonly Silence[] = []) {
    const { alerts } = pipeline;
    this.#pipeline = pipeline;
    this.#silences = silences;
    const asked = new Set(alerts.flatMap(({ telling }) => telling.inhibitedBy));
    const build = (rule: Alert): Ruled => {
      const built = this.#rules.get(rule.name);
      if (built !== undefined) return built;
      const parents: Ruled[] = [];
      const ruled: Ruled = {
        rule,
        parents,
        groups: new Map(),
        due: new Map(),
        records: asked.has(rule.name) ? new Map<string, AlertRecord>() : undefined,
        quiet: quietOf(rule, silences, []),
      };
      this.#rules.set(rule.name, ruled);
      for (const parent of alerts)
        if (rule.telling.inhibitedBy.includes(parent.name)) parents.push(build(parent));
      return ruled;
    };
    for (const rule of alerts) build(rule);
  }

  /** Watermark in ms at which something is to be told next; infinity if nothing is. */
  get next(): number {
    let next = Infinity;
    for (const { due } of this.#rules.values()) for (const at of due.values()) next = Math.min(next, at);
    return next;
  }

  /**
   * Takes transitions in, and gives what people are told up to a watermark, in order of time and then of alert and group.
   *
   * @param until the watermark in ms
   */
  advance(transitions: readonly AlertState[], until: number): Notice[] {
    for (const transition of transitions) this.#keep(transition);
    const notices: Notice[] = [];
    for (const { rule, group, transitions: news } of byGroup(this.#pipeline, transitions)) {
      const ruled = this.#rules.get(rule.name);
      if (ruled !== undefined) notices.push(...this.#run(ruled, group, news, until));
    }
    for (const ruled of this.#rules.values()) {
      const due = [...ruled.due].filter(([, at]) => at <= until);
      for (const [group] of due) notices.push(...this.#run(ruled, group, [], until));
    }
    return notices.sort(inOrder);
  }

  #keep(transition: AlertState): void {
    const { alert, key } = transition;
    const records = this.#rules.get(alert)?.records;
    records?.set(key, withTransitions(records.get(key) ?? nothingKept(alert, key), [transition]));
  }

  #run(ruled: Ruled, name: string, transitions: readonly AlertState[], until: number): Notice[] {
    const { rule, groups, due } = ruled;
    const given: Notice[] = [];
    let left = transitions;
    for (;;) {
      const prior = groups.get(name) ?? emptyGroup(rule.name, name);
      const quiet = this.#quietFor(ruled, prior, left);
      const { group, notices, next, rest } = dispatch(rule, prior, left, until, quiet);
      groups.set(name, group);
      given.push(...notices);
      if (next === undefined) due.delete(name);
      else due.set(name, next);
      // More than one write may hold is given in several.
      if (next === undefined || next > until) return given;
      left = rest;
    }
  }

  #quietFor({ rule, parents, quiet }: Ruled, { members }: Group, transitions: readonly AlertState[]): Quiet {
    if (parents.length === 0) return quiet;
    const keys = [...members.map(({ state }) => state.key), ...transitions.map(({ key }) => key)];
    const of = parents.map((parent): Parent => {
      const { aggregate } = parent.rule;
      const shared = new Set(keys.map((key) => otherKey(rule.aggregate, key, aggregate)));
      const records = [...shared].flatMap((key) => parent.records?.get(key) ?? []);
      return { rule: parent.rule, records };
    });
    return quietOf(rule, this.#silences, [], of);
  }
}

/** By time, and then by group, however many steps the watermark took. */
function inOrder(a: Notice, b: Notice): number {
  if (a.at !== b.at) return a.at - b.at;
  if (a.alert !== b.alert) return a.alert < b.alert ? -1 : 1;
  if (a.group !== b.group) return a.group < b.group ? -1 : 1;
  return a.number - b.number;
}
