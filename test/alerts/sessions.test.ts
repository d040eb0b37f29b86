import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evaluate } from '../../lib/alerts/evaluate.ts';
import { readSessions } from '../../lib/alerts/read-sessions.ts';
import type { AlertState } from '../../lib/alerts/state.ts';
import { Fold } from '../../lib/fold/fold.ts';
import { createInterpreter, type Interpreted } from '../../lib/fold/interpret.ts';
import { PaneMap } from '../../lib/fold/pane-map.ts';
import type { Pane } from '../../lib/fold/pane.ts';
import { lookBack, sessionsOf } from '../../lib/fold/sessions.ts';
import type { PaneName } from '../../lib/store/keys.ts';
import { ReplayRule } from '../../lib/replay/rule.ts';
import { MemoryAlertStore, MemoryPaneReader, MemoryTimerStore } from '../support/memory-alerts.ts';
import { noDerivations } from '../support/memory-derived.ts';
import { noDispatching } from '../support/memory-dispatch.ts';
import { noRollups } from '../support/memory-rollups.ts';
import { MINUTE, minutes } from '../support/pipeline.ts';
import {
  plainSessions,
  clicks,
  clicksOf,
  eventOf,
  foldClicks,
  visit,
  type Click,
  type PlainSession,
} from '../support/sessions.ts';

describe('readSessions', () => {
  it.each(['cut', 'whole'] as const)('gives of any range what it gives of all time, of %s', async (name) => {
    const aggregate = clicksOf(name);
    let lookedFar = 0;
    await fc.assert(
      fc.asyncProperty(visit, fc.nat(), fc.nat(60), async (list, at, length) => {
        const reader = new MemoryPaneReader();
        const panes = foldClicks(list)[aggregate.index]?.range('ann', -Infinity, Infinity) ?? [];
        reader.put(...panes);
        let least = Infinity;
        const { minute: begin } = list[at % list.length]!;
        const [from, to] = [minutes(begin), minutes(begin + length + 1)];
        const spy = {
          readRange: (...[of, key, first, last]: Parameters<MemoryPaneReader['readRange']>) => {
            least = Math.min(least, first);
            return reader.readRange(of, key, first, last);
          },
        };

        const found = await readSessions(spy, aggregate, 'ann', from, to);

        const whole = sessionsOf(aggregate, panes).sessions;
        expect(found).toEqual(whole.filter(({ start, end }) => start < to && end > from));
        expect(from - least).toBeLessThanOrEqual(
          lookBack(aggregate.session) + aggregate.session.gap + aggregate.pane,
        );
        if (from - least > aggregate.session.max + aggregate.session.gap + aggregate.pane) lookedFar++;
      }),
      { numRuns: 300 },
    );
    if (name === 'cut') expect(lookedFar).toBeGreaterThan(5);
  });
});

/** What happens one after another: a click, out of order or not, and whether whoever judges looks then. */
interface Happening extends Click {
  readonly look: boolean;
}

const history: fc.Arbitrary<Happening[]> = fc
  .tuple(visit, fc.array(fc.tuple(fc.boolean(), fc.nat(19)), { minLength: 120, maxLength: 120 }))
  .map(([list, looks]) =>
    list.map((click, i) => {
      const [look = false, late = 0] = looks[i] ?? [];
      // Some come so late that their sessions have been judged.
      return { ...click, minute: Math.max(0, click.minute - (late === 0 ? 20 : late === 1 ? 3 : 0)), look };
    }),
  );

/** Folds a history, and calls `look` with the panes that were touched since the last look. */
async function happen(
  list: readonly Happening[],
  panes: readonly PaneMap[],
  onBehind: (pane: Pane) => void,
  look: (watermark: number, touched: readonly Pane[]) => Promise<void> | void,
): Promise<void> {
  const interpret = createInterpreter(clicks);
  const touched = new Set<Pane>();
  const fold = new Fold(clicks, -Infinity, { panes, onBehind, onAdd: (pane) => touched.add(pane) });
  for (const click of list) {
    fold.add(interpret(eventOf(click), undefined) as Interpreted, '1');
    if (!click.look) continue;
    await look(fold.watermark, [...touched]);
    touched.clear();
  }
  await look(minutes(1e6), [...touched]);
}

async function live(list: readonly Happening[]): Promise<AlertState[]> {
  const [reader, store, timers] = [new MemoryPaneReader(), new MemoryAlertStore(), new MemoryTimerStore()];
  const fresh = new Set<Pane>();
  const told: AlertState[] = [];
  const panes = clicks.aggregates.map(
    (aggregate) =>
      new PaneMap(aggregate, (pane) => {
        fresh.add(pane);
        reader.put(pane);
      }),
  );
  const nameOf = ({ aggregate: { name: aggregate }, key, start }: Pane): PaneName => ({
    aggregate,
    key,
    start,
    lane: 'l',
  });
  await happen(
    list,
    panes,
    () => undefined,
    async (watermark, touched) => {
      reader.watermark = watermark;
      const context = {
        pipeline: clicks,
        panes: reader,
        alerts: store,
        timers,
        rollups: noRollups,
        derivations: noDerivations,
        dispatching: noDispatching,
        concurrency: 2,
      };
      const updated = touched.filter((pane) => !fresh.has(pane)).map(nameOf);
      const added = touched.filter((pane) => fresh.delete(pane)).map(nameOf);
      told.push(...(await evaluate(context, added, updated)).transitions);
    },
  );
  expect(told).toHaveLength(store.stream.length);
  return told;
}

async function replayed(list: readonly Happening[]): Promise<AlertState[]> {
  const rules: ReplayRule[][] = clicks.aggregates.map(() => []);
  const expectPane = (pane: Pane): void => {
    for (const rule of rules[pane.aggregate.index] ?? []) rule.expect(pane);
  };
  const panes = clicks.aggregates.map((aggregate) => new PaneMap(aggregate, expectPane));
  for (const alert of clicks.alerts) {
    const { index } = alert.aggregate;
    rules[index]?.push(new ReplayRule(alert, panes[index]!));
  }
  const told: AlertState[] = [];
  await happen(list, panes, expectPane, (watermark) => {
    for (const rule of rules.flat()) told.push(...rule.judge(watermark));
  });
  return told;
}

const nameOf = ({ alert, key }: AlertState) => `${alert}|${key}`;
const inOrder = (states: readonly AlertState[]) =>
  [...states].sort((a, b) => nameOf(a).localeCompare(nameOf(b)) || a.version - b.version);

/** What a rule says of sessions, in order. */
function judged(
  sessions: readonly PlainSession[],
  fires: (session: PlainSession) => boolean,
  clears: (session: PlainSession) => boolean,
): [string, number][] {
  let firing = false;
  return sessions.flatMap((session): [string, number][] => {
    if (firing ? !clears(session) : !fires(session)) return [];
    firing = !firing;
    return [[firing ? 'firing' : 'resolved', session.end]];
  });
}

describe('a rule on sessions', () => {
  it('comes to the same transitions live and in a replay, over the same records', async () => {
    let transitions = 0;
    await fc.assert(
      fc.asyncProperty(history, async (list) => {
        const told = inOrder(await live(list));

        expect(told).toEqual(inOrder(await replayed(list)));
        transitions += told.length;
      }),
      { numRuns: 200 },
    );
    expect(transitions).toBeGreaterThan(1_000);
  });

  it('judges each session once, when it ends, however often one looks', async () => {
    const eager = (session: PlainSession) => session.clicks > 2;
    await fc.assert(
      fc.asyncProperty(
        visit,
        fc.array(fc.boolean(), { minLength: 120, maxLength: 120 }),
        async (list, looks) => {
          const told = await live(list.map((click, i) => ({ ...click, look: looks[i] === true })));

          for (const user of ['ann', 'bob']) {
            const mine = list.filter((click) => click.user === user);
            const of = (alert: string) =>
              told
                .filter((state) => state.alert === alert && state.key === user)
                .map(({ status, at }) => [status, (at - minutes(0)) / MINUTE]);

            expect(of('eager')).toEqual(
              judged(plainSessions(clicksOf('cut'), mine), eager, (session) => !eager(session)),
            );
            expect(of('idle')).toEqual(
              judged(
                plainSessions(clicksOf('whole'), mine),
                ({ start, end, total }) => end - start > 10 && total > 10,
                (session) => session.clicks < 3,
              ),
            );
          }
        },
      ),
      { numRuns: 150 },
    );
  });

  it('is not judged before the session ends, and tells the session that it judged', async () => {
    const click = (minute: number, look = true): Happening => ({ minute, user: 'ann', n: minute, look });
    // The watermark is 2 minutes behind.
    const open = [click(0), click(3), click(6), click(9), click(12), click(15.75), click(18)];
    const isIdle = ({ alert }: AlertState) => alert === 'idle';
    const first = await live([...open, click(30)]);

    const [state] = first.filter(isIdle);
    expect([state?.at, state?.windowStart, state?.value.clicks]).toEqual([minutes(22), minutes(0), 7]);
  });

  it('judges again what came late into sessions, if nothing was said of later ones', async () => {
    const click = (minute: number): Happening => ({ minute, user: 'ann', n: 1, look: true });
    const eager = async (...at: number[]) =>
      (await live(at.map(click)))
        .filter(({ alert }) => alert === 'eager')
        .map(({ status, at: time, value }) => [status, (time - minutes(0)) / MINUTE, value.clicks]);

    // Two sessions of two clicks each are one of five with the click that comes in between.
    expect(await eager(10, 11, 17, 18, 40)).toEqual([]);
    expect(await eager(10, 11, 17, 18, 40, 14)).toEqual([
      ['firing', 22, 5],
      ['resolved', 44, 1],
    ]);
  });
});
