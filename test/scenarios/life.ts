import { EACH_MINUTE, HOT, LAST_THREE, onLoad, reports, rules, VERY_HOT, type Scenario } from './scenario.ts';

const hot = (more: Partial<Parameters<typeof onLoad>[0]> = {}) =>
  rules({ hot: onLoad({ when: HOT, ...more }) });
const both = { warning: HOT, critical: VERY_HOT };

/** How alerts begin, last and end. */
export const life: Readonly<Record<string, Scenario>> = {
  'an alert fires with the first window in breach, and resolves with the first that is not': {
    pipeline: hot(),
    reports: reports({ a: '1 9 9 1 1' }),
    until: 6,
    transitions: ['2 hot a firing warning', '4 hot a resolved'],
    notices: ['2 hot firing warning: a firing', '4 hot resolved warning: a resolved'],
  },
  'windows that overlap are judged each': {
    pipeline: rules({ hot: onLoad({ when: HOT }, LAST_THREE) }),
    reports: reports({ a: '1 9 9 9 1 1 1' }),
    until: 8,
    transitions: ['3 hot a firing warning', '6 hot a resolved'],
  },
  'an alert that has to last is pending until it has': {
    pipeline: hot({ for: '3m' }),
    reports: reports({ a: '1 9 9 9 9 1' }),
    until: 7,
    transitions: ['2 hot a pending', '5 hot a firing warning', '6 hot a resolved'],
    notices: ['5 hot firing warning: a firing', '6 hot resolved warning: a resolved'],
  },
  'an alert that does not last never fires, and nobody hears of it': {
    pipeline: hot({ for: '3m' }),
    reports: reports({ a: '1 9 9 1 9 1' }),
    until: 7,
    transitions: ['2 hot a pending', '4 hot a ok', '5 hot a pending', '6 hot a ok'],
    notices: [],
  },
  'one that has to last no longer than a window fires with the next': {
    pipeline: hot({ for: '1m' }),
    reports: reports({ a: '9 9 1' }),
    until: 4,
    transitions: ['1 hot a pending', '2 hot a firing warning', '3 hot a resolved'],
  },
  'an alert goes on firing until it has been clear for long enough': {
    pipeline: hot({ keepFiringFor: '2m' }),
    reports: reports({ a: '9 1 9 1 1 1' }),
    until: 7,
    transitions: [
      '1 hot a firing warning',
      '2 hot a recovering',
      '3 hot a firing warning',
      '4 hot a recovering',
      '6 hot a resolved',
    ],
    notices: ['1 hot firing warning: a firing', '6 hot resolved warning: a resolved'],
  },
  'both have to last': {
    pipeline: hot({ for: '1m', keepFiringFor: '2m' }),
    reports: reports({ a: '9 9 9 1 1 1 1' }),
    until: 8,
    transitions: ['1 hot a pending', '2 hot a firing warning', '4 hot a recovering', '6 hot a resolved'],
  },
  'a recovery that is cut short by silence ends in it': {
    pipeline: hot({ keepFiringFor: '3m' }),
    reports: reports({ a: '9 1' }),
    until: 8,
    transitions: ['1 hot a firing warning', '2 hot a recovering', '5 hot a resolved'],
  },
  'an alert with a clear condition does not flutter between the two': {
    pipeline: hot({ clear: ({ mean }) => mean < 3 }),
    reports: reports({ a: '9 4 4 9 4 1 4' }),
    until: 7,
    transitions: ['1 hot a firing warning', '6 hot a resolved'],
  },
  'an alert comes to a greater severity, and stays there until it resolves': {
    pipeline: hot({ when: both }),
    reports: reports({ a: '1 6 9 6 1 6 1' }),
    until: 8,
    transitions: [
      '2 hot a firing warning',
      '3 hot a firing critical',
      '5 hot a resolved',
      '6 hot a firing warning',
      '7 hot a resolved',
    ],
    notices: [
      '2 hot firing warning: a firing',
      '3 hot escalated critical: a escalated',
      '5 hot resolved critical: a resolved',
      '6 hot firing warning: a firing',
      '7 hot resolved warning: a resolved',
    ],
  },
  'an alert may begin with the greatest severity': {
    pipeline: hot({ when: both }),
    reports: reports({ a: '9 6 1' }),
    until: 3,
    transitions: ['1 hot a firing critical', '3 hot a resolved'],
  },
  'a greater severity has to last as well': {
    pipeline: hot({ when: both, for: '2m' }),
    reports: reports({ a: '6 6 6 9 6 9 9 9 1' }),
    until: 9,
    transitions: ['1 hot a pending', '3 hot a firing warning', '8 hot a firing critical', '9 hot a resolved'],
  },
  'one that was very hot all the while fires as critical': {
    pipeline: hot({ when: both, for: '2m' }),
    reports: reports({ a: '9 9 9 1' }),
    until: 4,
    transitions: ['1 hot a pending', '3 hot a firing critical', '4 hot a resolved'],
  },
  'three of five windows are enough': {
    pipeline: hot({ atLeast: { windows: 3, of: 5 } }),
    reports: reports({ a: '9 1 9 1 9 1 1 1' }),
    until: 8,
    transitions: ['5 hot a firing warning', '6 hot a resolved'],
  },
  'two of three windows hold an alert over one that is calm': {
    pipeline: hot({ atLeast: { windows: 2, of: 3 } }),
    reports: reports({ a: '9 9 1 9 1 1 1' }),
    until: 7,
    transitions: ['2 hot a firing warning', '5 hot a resolved'],
  },
  'two of three windows may have a window without data between them': {
    pipeline: hot({ atLeast: { windows: 2, of: 3 } }),
    reports: reports({ a: '9 . 9 1' }),
    until: 6,
    transitions: ['3 hot a firing warning', '4 hot a resolved'],
  },
  'M of N windows have to last as well': {
    pipeline: hot({ atLeast: { windows: 2, of: 3 }, for: '2m' }),
    reports: reports({ a: '9 9 1 9 1 1 1' }),
    until: 8,
    transitions: ['2 hot a pending', '4 hot a firing warning', '5 hot a resolved'],
  },
  'a rule that is judged early fires before the window is over, for its end': {
    pipeline: rules({ rush: onLoad({ when: ({ n }) => n >= 2, judge: 'early' }, LAST_THREE) }),
    reports: reports({ a: '1 1 . . . . 1' }),
    until: 8,
    transitions: ['2 rush a firing warning', '4 rush a resolved'],
  },
  'a rule that is judged finally waits for what is late': {
    pipeline: rules({ hot: onLoad({ when: HOT, judge: 'final' }, EACH_MINUTE) }, '2m'),
    reports: reports({ a: '9 1 1 1 1 1' }),
    until: 6,
    transitions: ['1 hot a firing warning', '2 hot a resolved'],
  },
  'each host has an alert of its own': {
    pipeline: hot(),
    reports: reports({ a: '9 9 1', b: '1 9 9 1', 'a/north': '1 1 9 1' }),
    until: 5,
    transitions: [
      '1 hot a firing warning',
      '2 hot b firing warning',
      '3 hot a resolved',
      '3 hot north/a firing warning',
      '4 hot b resolved',
      '4 hot north/a resolved',
    ],
  },
};
