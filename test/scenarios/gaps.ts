import {
  EACH_MINUTE,
  HOT,
  MINUTE,
  onLoad,
  reports,
  rules,
  T0,
  type Report,
  type Scenario,
} from './scenario.ts';

const hot = (more: Partial<Parameters<typeof onLoad>[0]> = {}, late: '0s' | '5m' = '0s') =>
  rules({ hot: onLoad({ when: HOT, ...more }) }, late);

/** A report that comes in late, after the first report from `after` (minutes) on. */
function withLate(series: string, after: number, minute: number, value: number): Report[] {
  const all = reports({ a: series });
  const place = all.findIndex(({ at }) => at >= T0 + after * MINUTE) + 1;
  const late: Report = { at: T0 + minute * MINUTE, zone: 'south', host: 'a', kind: 'load', value };
  return [...all.slice(0, place), late, ...all.slice(place)];
}

/** What silence, late data and jumps of time do. */
export const gaps: Readonly<Record<string, Scenario>> = {
  'a key that falls silent is well, unless it is said to be otherwise': {
    pipeline: hot(),
    reports: reports({ a: '9 9 . . 9 1' }),
    until: 7,
    transitions: ['1 hot a firing warning', '3 hot a resolved', '5 hot a firing warning', '6 hot a resolved'],
  },
  'silence ends what is pending': {
    pipeline: hot({ for: '2m' }),
    reports: reports({ a: '9 . 9 1' }),
    until: 5,
    transitions: ['1 hot a pending', '2 hot a ok', '3 hot a pending', '4 hot a ok'],
  },
  'a key that falls silent may be in breach for that': {
    pipeline: hot({ missing: 'breach' }),
    reports: reports({ a: '1 1 . . 1' }),
    until: 9,
    transitions: ['3 hot a firing warning', '5 hot a resolved', '6 hot a firing warning'],
  },
  'silence has to last, too': {
    pipeline: hot({ missing: 'breach', for: '2m' }),
    reports: reports({ a: '1 . . . 1' }),
    until: 9,
    transitions: [
      '2 hot a pending',
      '4 hot a firing warning',
      '5 hot a resolved',
      '6 hot a pending',
      '8 hot a firing warning',
    ],
  },
  'a key falls silent while others go on': {
    pipeline: hot({ missing: 'breach' }),
    reports: reports({ a: '1 1', b: '1x8' }),
    until: 8,
    transitions: ['3 hot a firing warning'],
    notices: ['3 hot firing warning: a firing'],
  },
  'a whole source falls silent': {
    pipeline: rules({
      dead: { on: 'all', over: EACH_MINUTE, when: () => false, missing: 'breach', severity: 'critical' },
    }),
    reports: reports({ a: '1 1 1', b: '1 1' }),
    until: 10,
    transitions: ['4 dead  firing critical'],
    notices: ['4 dead firing critical:  firing'],
  },
  'a whole source falls silent and speaks again': {
    pipeline: rules({
      dead: { on: 'all', over: EACH_MINUTE, when: () => false, missing: 'breach', for: '2m' },
    }),
    reports: reports({ a: '1 1 . . . . 1 1' }),
    until: 8,
    transitions: ['3 dead  pending', '5 dead  firing warning', '7 dead  resolved'],
  },
  'silence is taken for more of the same': {
    pipeline: hot({ missing: 'keep' }),
    reports: reports({ a: '9 . . 1 . . 9' }),
    until: 10,
    transitions: ['1 hot a firing warning', '4 hot a resolved', '7 hot a firing warning'],
  },
  'what is pending goes on in silence that is more of the same': {
    pipeline: hot({ missing: 'keep', for: '3m' }),
    reports: reports({ a: '9' }),
    until: 8,
    transitions: ['1 hot a pending', '4 hot a firing warning'],
  },
  'silence is passed over': {
    pipeline: hot({ missing: 'ignore', for: '3m' }),
    reports: reports({ a: '9 . . 9 1' }),
    until: 9,
    transitions: ['1 hot a pending', '4 hot a firing warning', '5 hot a resolved'],
  },
  'an alert that fires goes on for ever in silence that is passed over': {
    pipeline: hot({ missing: 'ignore' }),
    reports: reports({ a: '9' }),
    until: 30,
    transitions: ['1 hot a firing warning'],
  },
  'late data clear an alert that they would have cleared in time': {
    pipeline: hot({}, '5m'),
    onTime: 'transitions',
    reports: withLate('1 9 9 1 1', 3, 2.2, -20),
    until: 6,
    transitions: ['2 hot a firing warning', '3 hot a resolved'],
  },
  'late data make an alert fire for the window that they are of': {
    pipeline: hot({}, '5m'),
    onTime: 'transitions',
    reports: withLate('1 1 1 1 1', 3, 2.2, 30),
    until: 6,
    transitions: ['3 hot a firing warning', '4 hot a resolved'],
  },
  'what comes after the allowed lateness changes nothing': {
    pipeline: hot(),
    onTime: 'transitions',
    reports: withLate('1 1 1 1 1', 3, 2.2, 30),
    until: 6,
    transitions: [],
  },
  'what was said of a window stays said': {
    pipeline: hot({}, '5m'),
    onTime: 'transitions',
    reports: withLate('1 9 9 1 1', 3, 1.2, -20),
    until: 6,
    transitions: ['2 hot a firing warning', '4 hot a resolved'],
  },
  'late data in the midst of a pending alert end it': {
    pipeline: hot({ for: '3m' }, '5m'),
    onTime: 'transitions',
    reports: withLate('9 9 9 9 9 1', 2, 1.2, -20),
    until: 7,
    transitions: ['1 hot a pending', '2 hot a ok', '3 hot a pending', '6 hot a ok'],
  },
  'the clock jumps an hour ahead': {
    pipeline: hot({ for: '1m' }),
    reports: [...reports({ a: '9 9' }), ...reports({ a: '9 9 1' }, 62)],
    until: 66,
    transitions: [
      '1 hot a pending',
      '2 hot a firing warning',
      '3 hot a resolved',
      '63 hot a pending',
      '64 hot a firing warning',
      '65 hot a resolved',
    ],
  },
  'the clock jumps an hour ahead, over windows that are in breach': {
    pipeline: hot({ missing: 'breach', for: '10m' }),
    reports: [...reports({ a: '1' }), ...reports({ a: '1' }, 60)],
    until: 62,
    transitions: ['2 hot a pending', '12 hot a firing warning', '61 hot a resolved', '62 hot a pending'],
  },
  'the clock of a host is behind': {
    pipeline: hot(),
    reports: reports({ a: '1 1 1 1 1', b: '1 1 9 1 1' }).flatMap((one) =>
      one.host === 'b' ? [{ ...one, at: one.at - 0.4 * MINUTE }] : [one],
    ),
    until: 6,
    transitions: ['3 hot b firing warning', '4 hot b resolved'],
  },
};
