import type { SessionShape } from '../support/brute-sessions.ts';
import { fold, sessionsOf, SITTING, type Expected, type Folded } from './oracle.ts';
import { MINUTE } from './pipeline.ts';

interface Derived {
  readonly name: string;
  readonly of: string;
  /** What it is of, instead of windows. */
  readonly session?: SessionShape;
  /** Of its windows; a session has neither. */
  readonly size: number;
  readonly slide: number;
  /** How long after its end a window is final. */
  readonly after: number;
  readonly pane: number;
  readonly key: (key: string, window: Expected) => string;
  readonly refuses: (window: Expected) => boolean;
  /** What is added up of a window. */
  readonly ms: (window: Expected) => number;
}

// The derived aggregates once more, each after those that it is derived from.
const DERIVED: readonly Derived[] = [
  {
    name: 'loads',
    of: 'views',
    size: 5 * MINUTE,
    slide: 5 * MINUTE,
    after: 0,
    pane: 10 * MINUTE,
    key: (_, { n }) => (n < 3 ? 'low' : 'high'),
    refuses: ({ n }) => n === 4,
    ms: ({ n }) => n,
  },
  {
    name: 'crowds',
    of: 'visits',
    size: 10 * MINUTE,
    slide: 10 * MINUTE,
    after: 2 * MINUTE,
    pane: 10 * MINUTE,
    key: (key) => key.split('|')[0] ?? '',
    refuses: () => false,
    ms: ({ n }) => n,
  },
  {
    name: 'peaks',
    of: 'crowds',
    size: 20 * MINUTE,
    slide: 10 * MINUTE,
    after: 2 * MINUTE,
    pane: 20 * MINUTE,
    key: () => '',
    refuses: () => false,
    ms: ({ worst }) => worst,
  },
  {
    name: 'spells',
    of: 'sittings',
    session: SITTING,
    size: NaN,
    slide: NaN,
    after: 2 * MINUTE,
    pane: 5 * MINUTE,
    key: (_, { n }) => (n > 1 ? 'long' : 'short'),
    refuses: () => false,
    ms: ({ total }) => total,
  },
];

interface Window {
  readonly key: string;
  readonly start: number;
  readonly end: number;
  readonly holds: Expected;
}

/** What derived aggregates are made of. */
export interface Derivation {
  /** Windows as they are folded into derived aggregates' panes. */
  readonly folded: readonly Folded[];
  /** Names of the windows that are refused. */
  readonly refused: readonly string[];
}

/** What follows of what is folded into the aggregates of sources, by a watermark (ms). */
export function derive(base: readonly Folded[], watermark: number): Derivation {
  const folded: Folded[] = [];
  const refused: string[] = [];
  for (const derived of DERIVED) {
    const { name, of, after, pane } = derived;
    for (const { key, start, end, holds } of windowsOf(derived, [...base, ...folded])) {
      if (end + after > watermark) continue;
      if (derived.refuses(holds)) {
        refused.push(refusedName({ source: of, key, start, by: name }));
        continue;
      }
      const paneStart = end - 1 - ((end - 1) % pane);
      folded.push({
        aggregate: name,
        key: derived.key(key, holds),
        start: paneStart,
        end: paneStart + pane,
        event: { ms: derived.ms(holds) },
      });
    }
  }
  return { folded, refused };
}

export function refusedName(window: { source: string; key: string; start: number; by: string }): string {
  const { source, key, start, by } = window;
  return `window of ${source} of ${key} at ${new Date(start).toISOString()} for ${by}`;
}

function windowsOf({ of, session, size, slide }: Derived, folded: readonly Folded[]): Window[] {
  if (session !== undefined)
    return sessionsByKey(
      folded.filter(({ aggregate }) => aggregate === of),
      session,
    );
  const groups = new Map<string, { key: string; start: number; inside: Folded[] }>();
  for (const one of folded) {
    if (one.aggregate !== of) continue;
    for (let start = one.start - (one.start % slide); start > one.start - size; start -= slide) {
      const group = groups.get(`${one.key} ${start}`) ?? { key: one.key, start, inside: [] };
      group.inside.push(one);
      groups.set(`${one.key} ${start}`, group);
    }
  }
  return [...groups.values()].flatMap(({ key, start, inside }) => {
    const [holds] = fold(inside.map((one) => ({ ...one, start: 0 }))).values();
    return holds === undefined ? [] : [{ key, start, end: start + size, holds }];
  });
}

function sessionsByKey(folded: readonly Folded[], session: SessionShape): Window[] {
  return [...new Set(folded.map(({ key }) => key))].flatMap((key) => {
    const mine = folded.filter((one) => one.key === key);
    return sessionsOf(mine, session).flatMap(({ start, end, window }) =>
      window === undefined ? [] : [{ key, start, end, holds: window }],
    );
  });
}
