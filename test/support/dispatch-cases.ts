import fc from 'fast-check';
import type { Quiet } from '../../lib/dispatch/port.ts';
import type { AlertState } from '../../lib/alerts/state.ts';
import type { Alert } from '../../lib/pipeline/pipeline.ts';
import { telling, transitionsOf, type TurnText } from './dispatch.ts';
import { MINUTE, minutes } from './pipeline.ts';

/** How long turns go on, in minutes. */
export const LASTING = 150;
/** By when all is over and has been told, in minutes: all of a day's held back notices. */
export const OVER = 600;

const KEYS = ['a', 'b', 'c'];

const anySay = fc.record({
  groupWait: fc.constantFrom(0, 0, 1, 5),
  groupInterval: fc.constantFrom(0, 2, 10),
  renotify: fc.constantFrom(Infinity, 1, 7, 30),
  maxPerHour: fc.constantFrom(Infinity, 1, 2, 5),
  flapping: fc.constantFrom(undefined, { turns: 3, within: 10 }, { turns: 4, within: 40 }),
});

const anyStep = fc.record({
  wait: fc.oneof(fc.integer({ min: 0, max: 4 }), fc.integer({ min: 0, max: 40 })),
  severity: fc.constantFrom('warning' as const, 'critical' as const),
  escalates: fc.constantFrom(false, false, true),
});

// In the end all are resolved.
const anyTurns = fc
  .tuple(...KEYS.map((key) => fc.array(anyStep, { maxLength: 12 }).map((steps) => turnsOf(key, steps))))
  .map((all) => all.flat().sort(([a], [b]) => a - b));

function turnsOf(
  key: string,
  steps: readonly { wait: number; severity: 'warning' | 'critical'; escalates: boolean }[],
): TurnText[] {
  const turns: TurnText[] = [];
  let [minute, last] = [0, 'resolved'];
  for (const { wait, severity, escalates } of steps) {
    minute += wait;
    if (minute >= LASTING) break;
    const goesOn = escalates && last === 'warning';
    last = goesOn ? 'critical' : last === 'resolved' ? severity : 'resolved';
    turns.push([minute, key, last as TurnText[2]]);
  }
  if (last !== 'resolved') turns.push([Math.min(LASTING, minute + 1), key, 'resolved']);
  return turns;
}

const anySpan = fc
  .tuple(fc.integer({ min: 0, max: LASTING }), fc.integer({ min: 1, max: 60 }))
  .map(([from, long]) => [minutes(from), minutes(from + long)] as const);
const anySpans = fc.tuple(...KEYS.map(() => fc.array(anySpan, { maxLength: 2 })));

const anyQuiet = fc.record({
  silences: fc.oneof(fc.constant([]), anySpans),
  inhibited: fc.oneof(fc.constant([]), anySpans),
  acknowledged: fc.boolean(),
});

/** A say in who hears of alerts, turns of some in time order, and what keeps each from being told of. */
export const anyCase = fc.record({ say: anySay, turns: anyTurns, quiet: anyQuiet });

/** A case as `dispatch` takes it. Acknowledged are those that began to fire in an even minute. */
export function made({ say, turns, quiet }: typeof anyCase extends fc.Arbitrary<infer Case> ? Case : never): {
  readonly rule: Alert;
  readonly turns: readonly AlertState[];
  readonly quiet: Quiet;
} {
  const { silences, inhibited, acknowledged } = quiet;
  return {
    rule: telling(say),
    turns: transitionsOf(turns),
    quiet: {
      silencedUntil({ key }, time) {
        let end: number | undefined;
        for (let more = ends(silences, key, time); more.length > 0; more = ends(silences, key, end)) {
          end = Math.max(...more);
        }
        return end;
      },
      isInhibited: ({ key }, time) => ends(inhibited, key, time).length > 0,
      isAcknowledged: ({ since }) => acknowledged && since % (2 * MINUTE) === 0,
    },
  };
}

type Spans = readonly (readonly (readonly [from: number, to: number])[])[];

function ends(spans: Spans, key: string, time: number): number[] {
  const all = spans[KEYS.indexOf(key)] ?? [];
  return all.filter(([from, to]) => from <= time && time < to).map(([, to]) => to);
}
