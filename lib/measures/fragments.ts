import { combine, type Member } from './combine.ts';
import { ENCODING_VERSION, Reader, varintLength, writeVarint } from './encoding.ts';
import type { Measure, ResultContext } from './measure.ts';

/** A run of events of which no two neighbours are a gap or more apart. Times in ms. */
export interface Fragment<Acc = unknown> {
  /** Times of its first and last event. */
  first: number;
  last: number;
  /** What its events come to. */
  acc: Acc;
}

/** An event's time in ms, and what the inner measure takes out of it. */
export interface TimedInput<Input> {
  readonly time: number;
  readonly value: Input | null | undefined;
}

/**
 * The runs of events that lie less than a gap apart, each with its own accumulator of another measure, sorted by time. The
 * union of two sets of runs, joined where they are less than a gap apart, depends on nothing but the events in them: so this is
 * a measure, and a pane of it is stored, retried and merged as any other. What a session holds of one pane is one run of it.
 *
 * Its result is the inner measure's over all its events.
 *
 * @param gap in ms, above 0
 * @param inner its kind changes whenever what is stored of a run does
 */
export function fragments<Event, Result, Acc, Input>(
  gap: number,
  inner: Measure<Event, Result, Acc, Input>,
): Measure<Event, Result, Fragment<Acc>[], TimedInput<Input>> {
  const kind = `sessions(${gap},${inner.kind})`;

  /** The run that takes in [first, last], and all that this joins; a new one if nothing is near enough. */
  function reach(runs: Fragment<Acc>[], first: number, last: number): Fragment<Acc> {
    // What is new comes late in time, mostly.
    let from = runs.length;
    while (from > 0 && first - (runs[from - 1]?.last ?? 0) < gap) from--;
    const run = runs[from];
    if (run === undefined || run.first - last >= gap) {
      const made = { first, last, acc: inner.empty() };
      runs.splice(from, 0, made);
      return made;
    }
    run.first = Math.min(run.first, first);
    run.last = Math.max(run.last, last);
    let to = from + 1;
    for (let next = runs[to]; next !== undefined && next.first - run.last < gap; next = runs[++to]) {
      run.last = Math.max(run.last, next.last);
      run.acc = inner.merge(run.acc, next.acc);
    }
    runs.splice(from + 1, to - from - 1);
    return run;
  }

  return {
    kind,
    input: (event, time) => ({ time, value: inner.input(event, time) }),
    refuse: ({ value }) => (value === null || value === undefined ? undefined : inner.refuse(value)),
    empty: () => [],
    add: (runs, { time, value }) => {
      const run = reach(runs, time, time);
      if (value !== null && value !== undefined) run.acc = inner.add(run.acc, value);
      return runs;
    },
    merge: (into, from) => {
      for (const { first, last, acc } of from) {
        const run = reach(into, first, last);
        run.acc = inner.merge(run.acc, acc);
      }
      return into;
    },
    result: (runs, context?: ResultContext) =>
      inner.result(
        runs.reduce((all, { acc }) => inner.merge(all, acc), inner.empty()),
        context,
      ),
    encode: (runs) => encode(runs.map((run) => ({ ...run, acc: inner.encode(run.acc) }))),
    decode: (bytes) => {
      const reader = new Reader(kind, bytes);
      const runs = Array.from({ length: reader.varint() }, () => {
        const first = reader.varint();
        const last = first + reader.varint();
        return { first, last, acc: inner.decode(reader.take(reader.varint())) };
      });
      reader.end();
      return runs;
    },
  };
}

/**
 * What a pane of an aggregate of sessions keeps in place of its measures: its runs of events, with these for each. Its result
 * is an object of theirs.
 *
 * @param gap in ms
 */
export function sessionMeasure({
  gap,
  measures,
}: {
  readonly gap: number;
  readonly measures: readonly Member<unknown>[];
}): Member<unknown> {
  const names = measures.map(({ name }) => name);
  // In the order of names, so that writing them in another order changes nothing that is stored.
  const sorted = [...measures].sort((a, b) => (a.name < b.name ? -1 : 1));
  const places = names.map((name) => sorted.findIndex((member) => member.name === name));
  const kind = sorted.map(({ name, measure }) => `${name}=${measure.kind}`).join(',');
  const inner = combine(kind, sorted, (results) =>
    Object.fromEntries(names.map((name, i) => [name, results[places[i] ?? 0]])),
  );
  return { name: 'sessions', measure: fragments(gap, inner) };
}

function encode(runs: readonly Fragment<Uint8Array>[]): Buffer {
  const length = runs.reduce(
    (sum, { first, last, acc }) =>
      sum + varintLength(first) + varintLength(last - first) + varintLength(acc.length) + acc.length,
    1 + varintLength(runs.length),
  );
  const bytes = Buffer.allocUnsafe(length);
  bytes[0] = ENCODING_VERSION;
  let at = writeVarint(bytes, 1, runs.length);
  for (const { first, last, acc } of runs) {
    at = writeVarint(bytes, at, first);
    at = writeVarint(bytes, at, last - first);
    at = writeVarint(bytes, at, acc.length);
    bytes.set(acc, at);
    at += acc.length;
  }
  return bytes;
}
