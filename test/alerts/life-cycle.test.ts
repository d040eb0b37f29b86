import { describe, expect, it } from 'vitest';
import { step, type Finding } from '../../lib/alerts/life-cycle.ts';
import type { AlertState } from '../../lib/alerts/state.ts';
import type { Alert } from '../../lib/pipeline/pipeline.ts';
import { alertState } from '../support/alert-state.ts';

const rule: Pick<Alert, 'levels' | 'severity' | 'pendingFor' | 'keepFiringFor'> = {
  levels: [
    { severity: 'warning', when: () => true },
    { severity: 'critical', when: () => true },
  ],
  severity: 'warning',
  pendingFor: 10,
  keepFiringFor: 20,
};
const atOnce = { ...rule, pendingFor: 0, keepFiringFor: 0 };

/** What is found at 100. */
function found(level: number, given: Partial<Finding> = {}): Finding {
  return { end: 100, level, isClear: () => level === 0, lasting: () => level, ...given };
}
const since = (status: AlertState['status'], at: number): AlertState =>
  alertState({ status, at, since: 50, severity: 'warning' });

describe('step', () => {
  it.each([undefined, since('ok', 90), since('resolved', 90)])('begins with a breach: %#', (state) => {
    expect(step(rule, state, found(0))).toBeUndefined();
    expect(step(rule, state, found(2))).toEqual({ status: 'pending', severity: 'warning', since: 100 });
    expect(step(atOnce, state, found(2))).toEqual({ status: 'firing', severity: 'critical', since: 100 });
  });

  it('fires once it has been pending for long enough, as severe as it has been for so long', () => {
    expect(step(rule, since('pending', 91), found(1))).toBeUndefined();
    expect(step(rule, since('pending', 90), found(2, { lasting: () => 1 }))).toEqual({
      status: 'firing',
      severity: 'warning',
      since: 100,
    });
    expect(step(rule, since('pending', 90), found(2))).toMatchObject({ severity: 'critical' });
    expect(step(rule, since('pending', 10), found(0))).toEqual({
      status: 'ok',
      severity: 'warning',
      since: 50,
    });
  });

  it('escalates, and does not go back', () => {
    const critical = alertState({ status: 'firing', since: 50, severity: 'critical' });

    expect(step(rule, since('firing', 60), found(2))).toEqual({
      status: 'firing',
      severity: 'critical',
      since: 50,
    });
    expect(step(rule, since('firing', 60), found(2, { lasting: () => 1 }))).toBeUndefined();
    expect(step(rule, critical, found(1))).toBeUndefined();
  });

  it('does not go back either when the rule has lost the severity that it had come to', () => {
    const critical = alertState({ status: 'firing', since: 50, severity: 'critical' });
    const recovering = alertState({ status: 'recovering', since: 50, severity: 'critical' });
    const milder = { ...rule, levels: rule.levels.slice(0, 1) };

    expect(step(milder, critical, found(1))).toBeUndefined();
    expect(step(milder, recovering, found(1))).toMatchObject({ status: 'firing', severity: 'critical' });
  });

  it('recovers before it resolves, unless it need not', () => {
    expect(step(rule, since('firing', 60), found(0))).toMatchObject({ status: 'recovering', since: 50 });
    expect(step(atOnce, since('firing', 60), found(0))).toMatchObject({ status: 'resolved', since: 50 });
    expect(step(rule, since('recovering', 81), found(0))).toBeUndefined();
    expect(step(rule, since('recovering', 80), found(0))).toMatchObject({ status: 'resolved', since: 50 });
  });

  it('goes on firing where it was recovering, as severe as it is by then', () => {
    expect(step(rule, since('recovering', 90), found(1))).toEqual({
      status: 'firing',
      severity: 'warning',
      since: 50,
    });
    expect(step(rule, since('recovering', 90), found(2))).toMatchObject({ severity: 'critical' });
    expect(step(rule, since('recovering', 90), found(0, { isClear: () => false }))).toMatchObject({
      status: 'firing',
      severity: 'warning',
    });
  });

  it('does not ask whether an alert is clear that does not fire', () => {
    const isClear = (): boolean => {
      throw new Error('was asked');
    };

    for (const state of [undefined, since('pending', 95), since('ok', 90), since('resolved', 90)])
      expect(() => step(rule, state, found(0, { isClear }))).not.toThrow();
  });
});
