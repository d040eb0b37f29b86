import { otherKey } from '../alerts/read-beside.ts';
import { isFiring, type AlertRecord, type AlertState, type Turn } from '../alerts/state.ts';
import type { Alert } from '../pipeline/pipeline.ts';
import type { Acknowledgement } from './acknowledgement.ts';
import { labelsOf } from './labels.ts';
import { matching } from './match.ts';
import type { Quiet } from './port.ts';
import type { Silence } from './silence.ts';

/** A rule that inhibits another, and what is kept of its alerts: of the keys that matter. */
export interface Parent {
  readonly rule: Pick<Alert, 'aggregate'>;
  readonly records: Iterable<Pick<AlertRecord, 'key' | 'turns'>>;
}

/** What keeps nobody from being told. */
export const NO_QUIET: Quiet = {
  silencedUntil: () => undefined,
  isInhibited: () => false,
  isAcknowledged: () => false,
};

/**
 * What keeps alerts of a rule from being told of, by what the stores hold.
 *
 * @throws {PipelineError} if a silence has a pattern that is no regular expression
 */
export function quietOf(
  rule: Pick<Alert, 'labels' | 'aggregate'>,
  silences: readonly Silence[],
  acknowledgements: Iterable<Acknowledgement>,
  parents: readonly Parent[] = [],
): Quiet {
  const tests = silences
    .map((silence) => ({ ...silence, matches: matching(silence.matchers) }))
    .sort((a, b) => a.start - b.start);
  const acknowledged = new Map([...acknowledgements].map((one) => [idOf(one), one.since]));
  const inhibitors = parents.map(({ rule: { aggregate }, records }) => ({
    aggregate,
    turns: new Map([...records].map(({ key, turns }) => [key, turns])),
  }));
  return {
    silencedUntil(state, time) {
      if (tests.length === 0) return undefined;
      const labels = labelsOf(rule, state);
      return endOfCover(
        tests.filter(({ matches }) => matches(labels)),
        time,
      );
    },
    isInhibited: ({ key }, time) =>
      inhibitors.some(({ aggregate, turns }) =>
        isFiring(turnAt(turns.get(otherKey(rule.aggregate, key, aggregate)) ?? [], time)),
      ),
    isAcknowledged: (state) => acknowledged.get(idOf(state)) === state.since,
  };
}

// No alert's name has a bar.
function idOf({ alert, key }: Pick<AlertState, 'alert' | 'key'>): string {
  return `${alert}|${key}`;
}

/**
 * Until when silences cover a time without a pause, one taking over from another; `undefined` if none covers it.
 *
 * @param silences sorted by start
 */
function endOfCover(silences: readonly Silence[], time: number): number | undefined {
  let end = time;
  for (const silence of silences) {
    if (silence.start > end) break;
    end = Math.max(end, silence.end);
  }
  return end > time ? end : undefined;
}

/** What an alert was at a time: its last turn by then; if what it was then is no longer kept, what it is now. */
function turnAt(turns: readonly Turn[], time: number): Turn | undefined {
  const isKept = turns[0]?.version === 1;
  return turns.findLast(({ at }) => at <= time) ?? (isKept ? undefined : turns.at(-1));
}
