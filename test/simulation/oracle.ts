import { compareSequence } from '../../lib/fold/sequence.ts';
import { bruteSessions, type SessionShape } from '../support/brute-sessions.ts';
import { MINUTE, OUT_OF_ORDER, SECOND } from './pipeline.ts';
import type { Known } from './sim-kinesis.ts';
import type { Event } from './workload.ts';

// The pipeline once more, in plain arithmetic that shares nothing with it.
const AGGREGATES = [
  { name: 'views', pane: MINUTE, lateness: 0, key: (event: Event) => event.page },
  {
    name: 'visits',
    pane: 5 * MINUTE,
    lateness: 2 * MINUTE,
    key: (event: Event) => `${event.page}|${event.user}`,
  },
  { name: 'uploads', pane: 10 * MINUTE, lateness: 60 * MINUTE, key: () => '' },
  // One pane that starts at 0 and has no end: nothing is late for it.
  { name: 'ever', pane: Infinity, lateness: 0, key: (event: Event) => event.page },
  { name: 'sittings', pane: MINUTE, lateness: MINUTE, key: (event: Event) => event.user },
] as const;
export const SITTING: SessionShape = {
  pane: MINUTE,
  gap: 90 * SECOND,
  max: 4 * MINUTE,
  longestRun: 16 * MINUTE,
};

/** What a pane must hold. */
export interface Expected {
  n: number;
  total: number;
  worst: number;
  heap: number;
}

/** A valid record in a pane of an aggregate where it belongs. */
export interface Home {
  readonly known: Known;
  readonly event: Event;
  readonly aggregate: string;
  readonly key: string;
  readonly start: number;
  readonly end: number;
  readonly lateness: number;
}

/** What is folded into a pane: a record, or a window of another aggregate. */
export type Folded = Pick<Home, 'aggregate' | 'key' | 'start' | 'end'> & {
  readonly event: Pick<Event, 'ms' | 'bytes'> & Partial<Pick<Event, 'at'>>;
};

/** Every home of every valid record. */
export function homesOf(known: readonly Known[]): Home[] {
  return known.flatMap((one) => {
    const { content } = one;
    if ('refused' in content) return [];
    return AGGREGATES.map(({ name, pane, lateness, key }) => {
      const start = content.at - (content.at % pane);
      return {
        known: one,
        event: content,
        aggregate: name,
        key: key(content),
        start,
        end: start + pane,
        lateness,
      };
    });
  });
}

/** All lanes' panes together, from homes that records are not left out of. */
export function fold(homes: readonly Folded[]): Map<string, Expected> {
  const panes = new Map<string, Expected>();
  for (const { aggregate, key, start, event } of homes) {
    const name = paneName(aggregate, key, start);
    const pane = panes.get(name) ?? { n: 0, total: 0, worst: -Infinity, heap: 0 };
    panes.set(name, pane);
    pane.n++;
    pane.total += event.ms;
    pane.worst = Math.max(pane.worst, event.ms);
    if (aggregate === 'uploads') pane.heap += event.bytes ?? 0;
  }
  return panes;
}

export function paneName(aggregate: string, key: string, start: number): string {
  return `${aggregate} of ${key} at ${new Date(start).toISOString()}`;
}

/**
 * Whether a record must, may, or must not be late for its home, by the greatest event times before it in its lane: of all
 * records, and of those alone that Lambda never gave up on, which a lane has surely seen.
 */
export function latenessOf(
  home: Home,
  known: readonly Known[],
  isGivenUp: (known: Known) => boolean,
): 'must' | 'may' | 'must not' {
  let all = -Infinity;
  let surelySeen = -Infinity;
  for (const other of known) {
    if (other.shardId !== home.known.shardId || 'refused' in other.content) continue;
    if (compareSequence(other.sequence, home.known.sequence) >= 0) continue;
    all = Math.max(all, other.content.at);
    if (!isGivenUp(other)) surelySeen = Math.max(surelySeen, other.content.at);
  }
  const closes = home.end + home.lateness + OUT_OF_ORDER;
  if (closes > all) return 'must not';
  return closes <= surelySeen && !isGivenUp(home.known) ? 'must' : 'may';
}

const TIERS = [
  { name: 'views@5m', of: 'views', pane: 5 * MINUTE },
  { name: 'views@15m', of: 'views', pane: 15 * MINUTE },
  { name: 'visits@10m', of: 'visits', pane: 10 * MINUTE },
] as const;

/** What the tiers must hold by a watermark (ms): what is due of each. */
export function rollUp(homes: readonly Home[], watermark: number): Map<string, Expected> {
  return fold(
    TIERS.flatMap(({ name, of, pane }) =>
      homes
        .filter(({ aggregate }) => aggregate === of)
        .map((home) => ({ ...home, aggregate: name, start: home.start - (home.start % pane) }))
        .filter(({ start, lateness }) => start + pane + lateness <= watermark),
    ),
  );
}

/** A transition that the data imply. */
export interface Transition {
  readonly status: 'firing' | 'resolved';
  readonly at: number;
  readonly windowStart: number;
  readonly since: number;
  /** What the window holds; `undefined` if nothing. */
  readonly window: Expected | undefined;
}

/** An alert rule. */
export interface Rule {
  readonly alert: string;
  readonly aggregate: string;
  /** Of windows; a session has neither. */
  readonly size: number;
  readonly slide: number;
  /** What it judges instead of windows. */
  readonly session?: SessionShape;
  /** How long after its end a window is judged; not at all, unless given. */
  readonly delay?: number;
  /** On time, unless given. */
  readonly judge?: 'early' | 'onTime' | 'final';
  readonly fires: (window: Expected) => boolean;
  readonly clears: (window: Expected) => boolean;
}

const busy = ({ n }: Expected): boolean => n > 3;
const rush = ({ n }: Expected): boolean => n >= 3;
const lone = ({ n }: Expected): boolean => n < 2;
const crowded = ({ total }: Expected): boolean => total > 5;
export const RULES: readonly Rule[] = [
  {
    alert: 'slow',
    aggregate: 'views',
    size: 3 * MINUTE,
    slide: MINUTE,
    fires: ({ n, total }) => n >= 2 && total / n > 500,
    clears: ({ n, total }) => total / n < 300,
  },
  {
    alert: 'rush',
    aggregate: 'views',
    size: 2 * MINUTE,
    slide: 2 * MINUTE,
    judge: 'early',
    fires: rush,
    clears: (window) => !rush(window),
  },
  {
    alert: 'lone',
    aggregate: 'visits',
    size: 10 * MINUTE,
    slide: 10 * MINUTE,
    delay: 2 * MINUTE,
    judge: 'final',
    fires: lone,
    clears: (window) => !lone(window),
  },
  {
    alert: 'busy',
    aggregate: 'visits',
    size: 10 * MINUTE,
    slide: 10 * MINUTE,
    fires: busy,
    clears: (window) => !busy(window),
  },
  {
    alert: 'crowded',
    aggregate: 'crowds',
    size: 10 * MINUTE,
    slide: 10 * MINUTE,
    delay: 2 * MINUTE,
    fires: crowded,
    clears: (window) => !crowded(window),
  },
  {
    alert: 'restless',
    aggregate: 'sittings',
    size: NaN,
    slide: NaN,
    session: SITTING,
    fires: ({ n }) => n > 2,
    clears: ({ n }) => n < 2,
  },
];

/** What a rule says of a key, window by window, from the first that ends after `from` (ms) to the watermark. */
export function judge(
  rule: Rule,
  homes: readonly Folded[],
  watermark: number,
  { from = -Infinity, firing = false }: { readonly from?: number; readonly firing?: boolean } = {},
): Transition[] {
  const transitions: Transition[] = [];
  let isFiring = firing;
  let since = NaN;
  for (const { start, end, window } of windowsOf(rule, homes, from, watermark - (rule.delay ?? 0))) {
    if (end <= from) continue;
    const wanted = window !== undefined && (isFiring ? !rule.clears(window) : rule.fires(window));
    if (wanted === isFiring) continue;
    isFiring = wanted;
    if (wanted) since = end;
    transitions.push({ status: wanted ? 'firing' : 'resolved', at: end, windowStart: start, since, window });
  }
  return transitions;
}

interface Window {
  readonly start: number;
  readonly end: number;
  /** What it holds; `undefined` if nothing. */
  readonly window: Expected | undefined;
}

/** The windows or sessions of a key, from one that ends at `from` (ms) or before to the last that ends by `to`. */
function windowsOf(rule: Rule, homes: readonly Folded[], from: number, to: number): Window[] {
  if (rule.session !== undefined) return sessionsOf(homes, rule.session).filter(({ end }) => end <= to);
  const { size, slide } = rule;
  const first = homes.reduce((least, { start }) => Math.min(least, start), Infinity);
  const last = homes.reduce((most, { end }) => Math.max(most, end), -Infinity);
  const begin = Math.max(first, Math.max(0, from));
  const windows: Window[] = [];
  for (let end = begin - (begin % slide); end <= Math.min(to, last + 2 * size); end += slide) {
    const inside = homes.filter((home) => home.start >= end - size && home.start < end);
    windows.push({ start: end - size, end, window: together(inside) });
  }
  return windows;
}

/** The sessions of one key. */
export function sessionsOf(homes: readonly Folded[], shape: SessionShape): Window[] {
  const timeOf = ({ event }: Folded): number => event.at ?? NaN;
  return bruteSessions(homes, timeOf, shape).map((of) => {
    const times = of.map(timeOf);
    return { start: Math.min(...times), end: Math.max(...times) + shape.gap, window: together(of) };
  });
}

function together(homes: readonly Folded[]): Expected | undefined {
  const [window] = fold(homes.map((home) => ({ ...home, start: 0 }))).values();
  return window;
}
