/** What lateness depends on, in ms. */
export interface Rules {
  readonly maxOutOfOrderness: number;
  readonly maxAhead: number;
  /** By name; a running total has a pane of infinity. */
  readonly aggregates: Readonly<Record<string, { readonly pane: number; readonly allowedLateness: number }>>;
}

/** An event of a lane, in ms. */
export interface LaneEvent {
  readonly lane: string;
  readonly time: number;
  readonly arrival: number;
}

/** What happens in a recording: an event, or the end of a lane, which may speak again. */
export type Step = LaneEvent | { readonly lane: string; readonly ends: true };

/** What must become of an event: refused as too far ahead, or in some aggregates and late for the others. */
export type Verdict =
  | 'refused'
  | {
      readonly lateFor: readonly string[];
      /** By which that is so, in ms. */
      readonly watermark: number;
    };

/**
 * What must become of each event live, where a lane's own earlier events decide alone. The words of the documentation, record by
 * record and without any state: everything is looked up in the whole history again.
 */
export function liveVerdicts(rules: Rules, events: readonly LaneEvent[]): Verdict[] {
  return events.map((event, i) => {
    if (isRefused(rules, event)) return 'refused';
    return verdictOf(rules, event.time, watermarkOf(rules, event.lane, events.slice(0, i)));
  });
}

/** A pane that a replay gives. */
export interface GivenPane {
  /** Place of the step after which it is given; the number of steps for what is given in the end. */
  readonly after: number;
  readonly aggregate: string;
  readonly start: number;
  /** Whether some lane's watermark has made it final, or else the end of the recording. */
  readonly isFinal: boolean;
  /** Places of the events in it. */
  readonly events: readonly number[];
}

/**
 * What must become of each event of a replay, and when panes must be given. Its watermark is the least of the lanes that have not
 * ended. Whatever that makes final is given at once, and what ends before it is closed for all lanes from then on.
 *
 * @param lanes those that are there from the beginning; others are from their first event on
 */
export function replayVerdicts(
  rules: Rules,
  lanes: readonly string[],
  steps: readonly Step[],
): { readonly verdicts: (Verdict | undefined)[]; readonly given: GivenPane[] } {
  const given: GivenPane[] = [];
  const verdicts: (Verdict | undefined)[] = [];
  let floor = -Infinity;

  /** The panes that are not given, from all that was folded in so far. */
  function openPanes(): Omit<GivenPane, 'after' | 'isFinal'>[] {
    const panes: { aggregate: string; start: number; events: number[] }[] = [];
    for (const [i, step] of steps.slice(0, verdicts.length).entries()) {
      const verdict = verdicts[i];
      if ('ends' in step || verdict === undefined || verdict === 'refused') continue;
      for (const [aggregate, { pane }] of Object.entries(rules.aggregates)) {
        if (verdict.lateFor.includes(aggregate)) continue;
        const start = startOf(step.time, pane);
        const isSame = (other: { readonly aggregate: string; readonly start: number }): boolean =>
          other.aggregate === aggregate && other.start === start;
        const known = panes.find(isSame);
        if (known !== undefined) known.events.push(i);
        else panes.push({ aggregate, start, events: [i] });
      }
    }
    return panes.filter(
      (pane) => !given.some((one) => one.aggregate === pane.aggregate && one.start === pane.start),
    );
  }

  for (const [i, step] of steps.entries()) {
    if ('ends' in step) verdicts.push(undefined);
    else if (isRefused(rules, step)) verdicts.push('refused');
    else {
      const earlier = spokenIn(rules, steps.slice(0, i));
      verdicts.push(verdictOf(rules, step.time, Math.max(floor, watermarkOf(rules, step.lane, earlier))));
    }
    const watermark = leastWatermark(rules, lanes, steps.slice(0, i + 1));
    const due = openPanes().filter((pane) => finalAt(rules, pane) <= watermark);
    if (due.length > 0) floor = Math.max(floor, watermark);
    given.push(...due.map((pane) => ({ after: i, isFinal: true, ...pane })));
  }
  const spoken = spokenIn(rules, steps);
  const furthest = Math.max(-Infinity, ...spoken.map(({ lane }) => watermarkOf(rules, lane, spoken)));
  given.push(
    ...openPanes().map((pane) => ({
      after: steps.length,
      isFinal: finalAt(rules, pane) <= furthest,
      ...pane,
    })),
  );
  return { verdicts, given };
}

/** Minus infinity while no lane has an event, or one that has not ended has none. */
function leastWatermark(rules: Rules, lanes: readonly string[], steps: readonly Step[]): number {
  const spoken = spokenIn(rules, steps);
  const there = new Set([...lanes, ...steps.map(({ lane }) => lane)]);
  const open = [...there].filter((lane) => {
    const last = steps.findLastIndex((step) => step.lane === lane && !isRefusedStep(rules, step));
    const step = steps[last];
    return step === undefined || !('ends' in step);
  });
  if (open.length === 0) return -Infinity;
  return Math.min(...open.map((lane) => watermarkOf(rules, lane, spoken)));
}

/** A lane's greatest event time, less what it may be out of order by. */
function watermarkOf(rules: Rules, lane: string, events: readonly LaneEvent[]): number {
  const times = events
    .filter((event) => event.lane === lane && !isRefused(rules, event))
    .map(({ time }) => time);
  return Math.max(-Infinity, ...times) - rules.maxOutOfOrderness;
}

function spokenIn(rules: Rules, steps: readonly Step[]): LaneEvent[] {
  return steps.filter((step): step is LaneEvent => !('ends' in step) && !isRefused(rules, step));
}

function isRefusedStep(rules: Rules, step: Step): boolean {
  return !('ends' in step) && isRefused(rules, step);
}

function isRefused({ maxAhead }: Rules, { time, arrival }: LaneEvent): boolean {
  return time - arrival > maxAhead;
}

function verdictOf(rules: Rules, time: number, watermark: number): Verdict {
  const lateFor = Object.entries(rules.aggregates)
    .filter(([aggregate, { pane }]) => finalAt(rules, { aggregate, start: startOf(time, pane) }) <= watermark)
    .map(([aggregate]) => aggregate);
  return { lateFor, watermark };
}

function finalAt(
  rules: Rules,
  { aggregate, start }: { readonly aggregate: string; readonly start: number },
): number {
  const { pane, allowedLateness } = rules.aggregates[aggregate]!;
  return start + pane + allowedLateness;
}

/** @returns 0 for a running total */
export function startOf(time: number, pane: number): number {
  return pane === Infinity ? 0 : time - (time % pane);
}
