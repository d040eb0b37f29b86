import type { Severity } from '../../lib/pipeline/alert-definition.ts';
import type { Alert } from '../../lib/pipeline/pipeline.ts';
import type { AlertState } from '../../lib/alerts/state.ts';
import type { Quiet } from '../../lib/dispatch/port.ts';
import { MINUTE, minutes, T0 } from './pipeline.ts';

const RANKS: Record<Severity, number> = { info: 0, warning: 1, critical: 2 };

interface Known {
  state: AlertState;
  told: 'nothing' | 'firing' | 'flapping' | 'resolved';
  toldSeverity: Severity;
  flaps: boolean;
  turns: number[];
  withheldTo: number | undefined;
}

/**
 * What `dispatch` should tell, by walking through time minute by minute and looking at every alert each time. Times, and lengths
 * of time, are whole minutes, the transitions' too. A notice is `minute kind severity: key news, … (firing, resolved, held back)`.
 */
export function bruteDispatch(
  rule: Alert,
  transitions: readonly AlertState[],
  until: number,
  quiet: Quiet,
): string[] {
  const { groupWait, groupInterval, renotify, maxPerHour, flapping } = rule.telling;
  const known = new Map<string, Known>();
  const notices: string[] = [];
  const times: number[] = [];
  let due: number | undefined;
  let again: number | undefined;
  let held = 0;
  let worst: Severity = 'info';

  const fires = ({ state }: Known): boolean => state.status === 'firing';
  const isOpen = ({ told }: Known): boolean => told === 'firing' || told === 'flapping';
  const open = (): number => [...known.values()].filter(isOpen).length;
  const isFull = (time: number): boolean =>
    times.filter((earlier) => earlier > time - 60 * MINUTE).length >= maxPerHour;
  const newsOf = (one: Known): string | undefined => {
    if (one.flaps) return one.told === 'flapping' ? undefined : 'flapping';
    if (!fires(one)) return isOpen(one) ? 'resolved' : undefined;
    if (one.told !== 'firing') return 'firing';
    return RANKS[one.state.severity] > RANKS[one.toldSeverity] ? 'escalated' : undefined;
  };
  const expect = (one: Known, time: number): void => {
    one.withheldTo = undefined;
    const news = newsOf(one);
    if (news === undefined) return;
    const at = news === 'escalated' ? time : time + (open() === 0 ? groupWait : groupInterval);
    if (due === undefined || (news === 'escalated' && at < due)) due = at;
  };
  const withheldTo = ({ state }: Known, time: number): number | undefined => {
    const silenced = quiet.silencedUntil(state, time);
    if (silenced !== undefined) return silenced;
    if (!quiet.isInhibited(state, time)) return undefined;
    const step = Math.max(groupInterval, MINUTE);
    let next = 0;
    while (next <= time - T0) next += step;
    return T0 + next;
  };
  const urgency = (one: Known): Severity =>
    newsOf(one) === 'resolved' ? one.toldSeverity : one.state.severity;
  const give = (time: number, kind: string, told: readonly (readonly [Known, string])[]): void => {
    const sorted = [...told].sort(([a], [b]) => {
      const [x, y] = [RANKS[urgency(a)], RANKS[urgency(b)]];
      if (x !== y) return y - x;
      return a.state.since - b.state.since || (a.state.key < b.state.key ? -1 : 1);
    });
    const first = sorted[0] === undefined ? 'info' : urgency(sorted[0][0]);
    for (const [one, news] of told) {
      if (news === 'goes on') continue;
      one.told = news === 'escalated' ? 'firing' : (news as Known['told']);
      one.toldSeverity = one.state.severity;
      if (news !== 'resolved' && RANKS[one.toldSeverity] > RANKS[worst]) worst = one.toldSeverity;
    }
    const counts = [
      `${open()} firing`,
      `${told.filter(([, news]) => news === 'resolved').length} resolved`,
      ...(held > 0 ? [`${held} held back`] : []),
    ];
    const listed = sorted.map(([one, news]) => `${one.state.key} ${news}`).join(', ');
    const shown = kind === 'over' ? (open() === 0 ? 'resolved' : 'updated') : kind;
    const severity = shown === 'resolved' ? worst : first;
    if (open() === 0) worst = 'info';
    notices.push(`${(time - T0) / MINUTE} ${shown} ${severity}: ${listed} (${counts.join(', ')})`);
    times.push(time);
    if (['firing', 'escalated', 'renotified'].includes(shown) && renotify < Infinity) again = time + renotify;
    if (open() === 0) again = undefined;
  };
  const tellNews = (time: number): void => {
    const waiting = [...known.values()].filter(
      (one) => newsOf(one) !== undefined && one.withheldTo === undefined,
    );
    due = undefined;
    if (isFull(time)) {
      if (waiting.length > 0) held++;
      return;
    }
    const told = waiting.flatMap((one): [Known, string][] => {
      const news = newsOf(one) ?? '';
      one.withheldTo = news === 'resolved' ? undefined : withheldTo(one, time);
      return one.withheldTo === undefined ? [[one, news]] : [];
    });
    const kind = ['firing', 'escalated', 'flapping'].find((news) => told.some(([, of]) => of === news));
    if (told.length > 0) give(time, kind ?? 'over', told);
    held = 0;
  };

  for (let time = T0; time <= minutes(until); time += MINUTE) {
    for (const one of known.values()) {
      if (!one.flaps || time - (one.turns.at(-1) ?? 0) < (flapping?.within ?? 0)) continue;
      one.flaps = false;
      one.turns = [];
      expect(one, time);
    }
    const changed = new Set<string>();
    const happening = transitions.filter(({ at }) => at === time).sort((a, b) => a.version - b.version);
    for (const state of happening) {
      const prior = known.get(state.key);
      // Without any wait each transition of an alert is told of by itself.
      const waits = prior !== undefined && newsOf(prior) !== undefined && prior.withheldTo === undefined;
      if (waits && changed.has(state.key) && due !== undefined && due <= time) tellNews(time);
      changed.add(state.key);
      const one: Known = prior ?? {
        state,
        told: 'nothing',
        toldSeverity: state.severity,
        flaps: false,
        turns: [],
        withheldTo: undefined,
      };
      if (prior === undefined && state.status === 'resolved') continue;
      if (flapping !== undefined && (prior === undefined || fires(prior) !== (state.status === 'firing'))) {
        one.turns.push(time);
        const recent = one.turns.filter((turn) => time - turn < flapping.within);
        if (recent.length >= flapping.turns) one.flaps = true;
      }
      one.state = state;
      known.set(state.key, one);
      expect(one, time);
    }
    for (const one of known.values()) {
      if (one.withheldTo === undefined || one.withheldTo > time) continue;
      one.withheldTo = withheldTo(one, time);
      if (one.withheldTo === undefined) due = Math.min(due ?? Infinity, time);
    }
    if ((due !== undefined && due <= time) || (held > 0 && !isFull(time))) tellNews(time);
    if (again === undefined || again > time) continue;
    const newsWaits = [...known.values()].some(
      (one) => newsOf(one) !== undefined && one.withheldTo === undefined,
    );
    if (newsWaits || isFull(time)) {
      // It comes after the news that waits, and once there is room.
      again = time + MINUTE;
      while (isFull(again) || (newsWaits && held === 0 && again < (due ?? 0))) again += MINUTE;
      continue;
    }
    const told = [...known.values()].filter((one) => one.told === 'firing' && fires(one) && !one.flaps);
    const heard = told.filter((one) => withheldTo(one, time) === undefined);
    if (heard.some(({ state }) => !quiet.isAcknowledged(state))) {
      give(
        time,
        'renotified',
        heard.map((one) => [one, 'goes on']),
      );
    } else {
      const ends = told.flatMap((one) => withheldTo(one, time) ?? []);
      again = ends.length === 0 ? undefined : Math.min(time + renotify, ...ends);
    }
  }
  return notices;
}
