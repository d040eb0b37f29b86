import { anomaly } from '../../lib/index.ts';
import { EACH_MINUTE, HOT, onLoad, reports, rules, VERY_HOT, type Scenario } from './scenario.ts';

/** Rules that look at more than one window, aggregate or rule. */
export const several: Readonly<Record<string, Scenario>> = {
  'a ratio of two aggregates': {
    pipeline: rules({
      failing: onLoad({
        with: ['errors'],
        when: ({ n }, { with: { errors } }) => (errors?.n ?? 0) / n > 0.3,
      }),
    }),
    reports: reports({ a: '1 e e 1', b: '1 1 e 1' }),
    until: 5,
    transitions: [
      '2 failing a firing warning',
      '3 failing b firing warning',
      '4 failing a resolved',
      '4 failing b resolved',
    ],
  },
  'a share of what there is in all': {
    pipeline: rules({
      dominant: onLoad({ with: ['all'], when: ({ n }, { with: { all } }) => n / (all?.n ?? n) > 0.6 }),
    }),
    reports: reports({ a: '1 1 1', b: '1 . 1', c: '1 . 1' }),
    until: 4,
    transitions: ['2 dominant a firing warning', '3 dominant a resolved'],
  },
  'less than half of what it was ten minutes before': {
    pipeline: rules({
      fallen: onLoad({
        compare: ['10m'],
        when: ({ mean }, { before }) => mean < 0.5 * (before('10m')?.mean ?? 0),
      }),
    }),
    reports: reports({ a: '10x10 10 4 4 9' }),
    until: 14,
    transitions: ['12 fallen a firing warning', '14 fallen a resolved'],
  },
  'a sudden rise': {
    pipeline: rules({
      risen: onLoad({
        compare: ['1m'],
        when: ({ mean }, { before }) => mean - (before('1m')?.mean ?? mean) > 5,
      }),
    }),
    reports: reports({ a: '1 2 9 9 . 9' }),
    until: 7,
    transitions: ['3 risen a firing warning', '4 risen a resolved'],
  },
  'hot, but not very hot': {
    pipeline: rules({
      hot: onLoad({ when: HOT }),
      veryHot: onLoad({ when: VERY_HOT }),
      warm: { of: ['hot', 'veryHot'], when: ({ hot, veryHot }) => hot && !veryHot },
    }),
    reports: reports({ a: '1 6 9 6 1' }),
    until: 6,
    transitions: [
      '2 hot a firing warning',
      '2 warm a firing warning',
      '3 veryHot a firing warning',
      '3 warm a resolved',
      '4 veryHot a resolved',
      '4 warm a firing warning',
      '5 hot a resolved',
      '5 warm a resolved',
    ],
  },
  'a rule over rules that has to last': {
    pipeline: rules({
      hot: onLoad({ when: HOT }),
      failing: onLoad({ with: ['errors'], when: (_, { with: { errors } }) => errors !== undefined }),
      both: {
        of: ['hot', 'failing'],
        when: ({ hot, failing }) => hot === true || failing === true,
        for: '2m',
      },
    }),
    reports: reports({ a: '1 9 e 9 1 9 1' }),
    until: 8,
    transitions: [
      '2 both a pending',
      '2 hot a firing warning',
      '3 failing a firing warning',
      '3 hot a resolved',
      '4 both a firing warning',
      '4 failing a resolved',
      '4 hot a firing warning',
      '5 both a resolved',
      '5 hot a resolved',
      '6 both a pending',
      '6 hot a firing warning',
      '7 both a ok',
      '7 hot a resolved',
    ],
  },
  'a value that is not as those before it': {
    pipeline: rules({
      odd: onLoad(
        { value: ({ mean }) => mean, when: anomaly({ season: 'none' }), severity: 'info' },
        EACH_MINUTE,
      ),
    }),
    reports: reports({ a: `${'4 5 6 5 '.repeat(40)}90 5 4 5 6` }),
    until: 170,
    transitions: ['161 odd a firing info', '162 odd a resolved'],
  },
};
