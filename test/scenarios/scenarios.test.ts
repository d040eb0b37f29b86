import { describe, expect, it } from 'vitest';
import { gaps } from './gaps.ts';
import { life } from './life.ts';
import { live, type Pace } from './live.ts';
import { noticeLines, transitionLines } from './lines.ts';
import { replayed } from './replayed.ts';
import type { Scenario } from './scenario.ts';
import { several } from './several.ts';
import { telling } from './telling.ts';

const PACES: readonly (Pace & { readonly name: string })[] = [
  { name: 'minute by minute, with a tick each', minutes: 1, isOnTime: true, restarts: false },
  {
    name: 'in batches that come twice, each to a new environment',
    minutes: 3,
    isOnTime: false,
    restarts: true,
  },
  { name: 'all at once, after an outage', minutes: Infinity, isOnTime: false, restarts: false },
];

const all: [string, Scenario][] = [life, gaps, several, telling].flatMap((part) => Object.entries(part));

describe.each(all)('%s', (_name, scenario) => {
  const { transitions, notices } = scenario;

  it('comes out of a replay', () => {
    const course = replayed(scenario);

    expect(transitionLines(course.transitions)).toEqual(transitions);
    if (notices !== undefined) expect(noticeLines(course.notices)).toEqual(notices);
  });

  const paces = PACES.filter(({ isOnTime }) => isOnTime || scenario.onTime !== 'transitions');
  it.each(paces)('comes out of the handlers, $name', async (pace) => {
    const course = await live(scenario, pace);

    expect(transitionLines(course.transitions)).toEqual(transitions);
    if (notices !== undefined && (pace.isOnTime || scenario.onTime === undefined)) {
      expect(noticeLines(course.notices)).toEqual(notices);
    }
  });
});
