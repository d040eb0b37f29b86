import fc from 'fast-check';
import { z } from 'zod';
import { Fold } from '../../lib/fold/fold.ts';
import { createInterpreter, isRejection } from '../../lib/fold/interpret.ts';
import type { PaneMap } from '../../lib/fold/pane-map.ts';
import { resultsOf } from '../../lib/fold/pane.ts';
import { hasSessions, type Session, type SessionAggregate } from '../../lib/fold/sessions.ts';
import { count, definePipeline, max, sessions, sum } from '../../lib/index.ts';
import type { Pipeline } from '../../lib/pipeline/pipeline.ts';
import { bruteSessions } from './brute-sessions.ts';
import { MINUTE, T0 } from './pipeline.ts';

/** A click of a visitor; `n` makes sums tell which clicks are in them. */
export interface Click {
  /** Minutes after {@link T0}. */
  readonly minute: number;
  readonly user: string;
  readonly n: number;
}

const click = z.object({ at: z.number(), user: z.string(), n: z.number() });
const measures = {
  clicks: count<z.infer<typeof click>>(),
  total: sum<z.infer<typeof click>>((event) => event.n),
  most: max<z.infer<typeof click>>((event) => event.n),
};
const key = { user: (event: z.infer<typeof click>) => event.user };

/** Sessions that are cut often, and ones that never are, with panes that are longer and shorter than the gap; and two rules. */
export const clicks: Pipeline = definePipeline(click, {
  eventTime: (event) => event.at,
  maxOutOfOrderness: '2m',
  aggregates: {
    cut: { key, pane: '5m', session: { gap: '4m', max: '13m' }, allowedLateness: '30m', measures },
    whole: { key, pane: '3m', session: { gap: '4m', max: '40h' }, measures },
  },
  alerts: {
    eager: { on: 'cut', over: sessions(), when: (visit) => visit.clicks > 2 },
    idle: {
      on: 'whole',
      over: sessions(),
      when: (visit, { start, end }) => end - start > 10 * MINUTE && visit.total > 10,
      clear: (visit) => visit.clicks < 3,
    },
  },
});

/** An aggregate of {@link clicks}. */
export function clicksOf(name: 'cut' | 'whole'): SessionAggregate {
  const aggregate = clicks.aggregates.find((one) => one.name === name);
  if (aggregate === undefined || !hasSessions(aggregate)) throw new Error(`${name} has no sessions`);
  return aggregate;
}

/** Clicks of which neighbours are mostly less than a gap apart, in order of time. */
export const visit: fc.Arbitrary<Click[]> = fc
  .array(
    fc.tuple(
      fc.oneof(
        { weight: 12, arbitrary: fc.constantFrom(0, 0.5, 1, 2, 3, 3.75) },
        { weight: 1, arbitrary: fc.constantFrom(4, 4.5, 20, 200) },
      ),
      fc.constantFrom('ann', 'ann', 'ann', 'ann', 'bob'),
    ),
    { minLength: 1, maxLength: 120, size: 'max' },
  )
  .map((steps) => {
    let minute = 0;
    return steps.map(([step, user], n) => ({ minute: (minute += step), user, n }));
  });

/** The event of a click. */
export const eventOf = ({ minute, user, n }: Click) => ({ at: T0 + minute * MINUTE, user, n });

/** Panes of each aggregate of {@link clicks} that these clicks are folded into, in their order, as those of one lane. */
export function foldClicks(list: readonly Click[]): readonly PaneMap[] {
  const interpret = createInterpreter(clicks);
  const fold = new Fold(clicks, -Infinity, { lenient: true });
  for (const each of list) {
    const event = interpret(eventOf(each), undefined);
    if (event === 'ignored' || isRejection(event)) throw new Error('a click was refused');
    fold.add(event, '1');
  }
  return fold.panes;
}

/** A session in plain numbers; minutes after {@link T0}. */
export interface PlainSession {
  readonly start: number;
  readonly end: number;
  readonly clicks: number;
  readonly total: number;
  readonly most: number;
}

/** A session as it is told of. */
export function plain(aggregate: SessionAggregate, { start, end, accs }: Session): PlainSession {
  const results = resultsOf(aggregate, accs, end - start) as Omit<PlainSession, 'start' | 'end'>;
  return { start: (start - T0) / MINUTE, end: (end - T0) / MINUTE, ...results };
}

/** The sessions of one user's clicks, in plain arithmetic. */
export function plainSessions({ pane, session }: SessionAggregate, list: readonly Click[]): PlainSession[] {
  const timeOf = ({ minute }: Click) => T0 + minute * MINUTE;
  return bruteSessions(list, timeOf, { pane, ...session }).map((of) => ({
    start: of[0]!.minute,
    end: of.at(-1)!.minute + session.gap / MINUTE,
    clicks: of.length,
    total: of.reduce((total, { n }) => total + n, 0),
    most: Math.max(...of.map(({ n }) => n)),
  }));
}
