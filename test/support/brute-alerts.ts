import type { Missing, Severity } from '../../lib/pipeline/alert-definition.ts';

/** A rule's options. Lengths of time in ms. */
export interface BruteRule {
  readonly slide: number;
  readonly pendingFor: number;
  readonly keepFiringFor: number;
  readonly atLeast: { readonly windows: number; readonly of: number };
  readonly missing: Missing;
  /** From the least severity to the greatest. */
  readonly severities: readonly { readonly name: Severity; readonly when: (value: number) => boolean }[];
  readonly clear: ((value: number) => boolean) | undefined;
}

/** A window of the grid; its value is `undefined` if it has no data. */
export interface BruteWindow {
  readonly end: number;
  readonly value: number | undefined;
}

export interface BruteTransition {
  readonly status: 'pending' | 'ok' | 'firing' | 'recovering' | 'resolved';
  readonly at: number;
  readonly severity: Severity;
}

/**
 * What a rule says of one key, by the words of the manual and plain arithmetic: for each window, everything is counted anew.
 *
 * @param windows all of the grid, from the first that has data on
 * @param settled the latest transition: windows up to it are settled
 */
export function bruteAlerts(
  rule: BruteRule,
  windows: readonly BruteWindow[],
  settled?: BruteTransition,
): BruteTransition[] {
  const { severities, atLeast, missing } = rule;
  const long = severities.length > 1 ? Math.ceil(rule.pendingFor / rule.slide) : 0;

  /** Whether a window is in breach of a severity, or of a greater one. */
  const breaches = (i: number, place: number): boolean => {
    const value = windows[i]?.value;
    if (value !== undefined) return severities.some(({ when }, at) => at >= place && when(value));
    if (missing === 'breach') return i >= 0 && place === 0;
    if (missing !== 'keep') return false;
    for (let j = i - 1; j >= 0 && i - j <= atLeast.of - 1 + long; j--)
      if (windows[j]?.value !== undefined) return breaches(j, place);
    return false;
  };
  const enough = (i: number, place: number): boolean => {
    let count = 0;
    for (let j = i; j > i - atLeast.of && j >= 0; j--) if (breaches(j, place)) count++;
    return count >= atLeast.windows;
  };
  const lasts = (i: number, place: number): boolean => {
    for (let j = i; j >= i - long; j--) if (j < 0 || !enough(j, place)) return false;
    return true;
  };
  /** The place of the greatest severity that has lasted; 0 if none has. */
  const greatest = (i: number): number =>
    Math.max(
      0,
      severities.findLastIndex((_, place) => lasts(i, place)),
    );

  const given: BruteTransition[] = [];
  let status = settled?.status ?? 'ok';
  let since = settled?.at ?? -Infinity;
  let severity = severities.findIndex(({ name }) => name === settled?.severity);
  const turn = (to: BruteTransition['status'], at: number): void => {
    [status, since] = [to, at];
    given.push({ status, at, severity: severities[severity]!.name });
  };

  for (const [i, { end, value }] of windows.entries()) {
    if (end <= (settled?.at ?? -Infinity)) continue;
    const silent = value === undefined;
    if (silent && missing === 'ignore') continue;
    const inBreach = enough(i, 0);

    if (status === 'pending') {
      if (!inBreach && !(silent && missing === 'keep')) turn('ok', end);
      else if (end - since >= rule.pendingFor) {
        severity = greatest(i);
        turn('firing', end);
      }
      continue;
    }
    if (status === 'ok' || status === 'resolved') {
      if (!inBreach) continue;
      severity = rule.pendingFor > 0 ? 0 : greatest(i);
      turn(rule.pendingFor > 0 ? 'pending' : 'firing', end);
      continue;
    }

    let isClear = !inBreach;
    if (!silent && rule.clear !== undefined) isClear = rule.clear(value) && (atLeast.of === 1 || !inBreach);
    if (silent && missing === 'breach') isClear = false;
    if (silent && missing === 'keep') isClear = status === 'recovering';

    if (isClear && status === 'recovering') {
      if (end - since >= rule.keepFiringFor) turn('resolved', end);
    } else if (isClear) {
      turn(rule.keepFiringFor > 0 ? 'recovering' : 'resolved', end);
    } else {
      const now = Math.max(severity, greatest(i));
      if (now === severity && status === 'firing') continue;
      severity = now;
      turn('firing', end);
    }
  }
  return given;
}
