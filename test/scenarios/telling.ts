import { HOT, onLoad, reports, rules, silence, VERY_HOT, type Scenario } from './scenario.ts';

const hot = (more: Partial<Parameters<typeof onLoad>[0]> = {}) =>
  rules({ hot: onLoad({ when: HOT, ...more }) });
const both = { warning: HOT, critical: VERY_HOT };
const hosts = Array.from({ length: 1000 }, (_, i) => `h${String(i).padStart(4, '0')}`);

/** Who hears of alerts, and when. */
export const telling: Readonly<Record<string, Scenario>> = {
  'hosts of a zone that are hot together are told of together': {
    pipeline: hot({ groupBy: ['zone'], groupWait: '1m' }),
    reports: reports({ a: '1 9 9 9 1', b: '1 9 9 9 1', 'c/north': '1 9 9 9 1' }),
    until: 8,
    transitions: [
      '2 hot a firing warning',
      '2 hot b firing warning',
      '2 hot north/c firing warning',
      '5 hot a resolved',
      '5 hot b resolved',
      '5 hot north/c resolved',
    ],
    notices: [
      '3 hot firing warning: a firing, b firing',
      '3 hot firing warning: north/c firing',
      '6 hot resolved warning: a resolved, b resolved',
      '6 hot resolved warning: north/c resolved',
    ],
  },
  'what follows upon a group is told of after an interval': {
    pipeline: hot({ groupBy: ['zone'], groupWait: '0s', groupInterval: '3m' }),
    reports: reports({ a: '9 9 9 9 9 9 1', b: '1 9 1 1 1 1 1', c: '1 1 1 9 9 9 1' }),
    until: 11,
    transitions: [
      '1 hot a firing warning',
      '2 hot b firing warning',
      '3 hot b resolved',
      '4 hot c firing warning',
      '7 hot a resolved',
      '7 hot c resolved',
    ],
    notices: [
      '1 hot firing warning: a firing',
      '5 hot firing warning: c firing of 2 firing',
      '10 hot resolved warning: a resolved, c resolved',
    ],
  },
  'what is over before it was told of is not told of': {
    pipeline: hot({ groupWait: '5m' }),
    reports: reports({ a: '1 9 9 1 1 1 1 1 1' }),
    until: 12,
    transitions: ['2 hot a firing warning', '4 hot a resolved'],
    notices: [],
  },
  'a greater severity does not wait': {
    pipeline: hot({ when: both, groupWait: '0s', groupInterval: '30m' }),
    reports: reports({ a: '6 6 9 9 1' }),
    until: 40,
    transitions: ['1 hot a firing warning', '3 hot a firing critical', '5 hot a resolved'],
    notices: [
      '1 hot firing warning: a firing',
      '3 hot escalated critical: a escalated',
      '35 hot resolved critical: a resolved',
    ],
  },
  'an alert that goes on is told of again': {
    pipeline: hot({ renotify: '5m' }),
    reports: reports({ a: '9x13 1' }),
    until: 20,
    transitions: ['1 hot a firing warning', '14 hot a resolved'],
    notices: [
      '1 hot firing warning: a firing',
      '6 hot renotified warning: a goes on',
      '11 hot renotified warning: a goes on',
      '14 hot resolved warning: a resolved',
    ],
  },
  'an alert on silence is told of again, in silence': {
    pipeline: hot({ missing: 'breach', renotify: '5m' }),
    reports: reports({ a: '1' }),
    until: 13,
    transitions: ['2 hot a firing warning'],
    notices: [
      '2 hot firing warning: a firing',
      '7 hot renotified warning: a goes on',
      '12 hot renotified warning: a goes on',
    ],
  },
  'no more than so many messages an hour, and then how things stand': {
    pipeline: hot({ maxPerHour: 2 }),
    reports: reports({ a: '9 1 9 1 9x70' }),
    until: 74,
    transitions: [
      '1 hot a firing warning',
      '2 hot a resolved',
      '3 hot a firing warning',
      '4 hot a resolved',
      '5 hot a firing warning',
    ],
    notices: [
      '1 hot firing warning: a firing',
      '2 hot resolved warning: a resolved',
      '61 hot firing warning: a firing',
    ],
  },
  'a resolve that is over the bound is told of when there is room': {
    pipeline: hot({ maxPerHour: 1 }),
    reports: reports({ a: '9 9 1' }),
    until: 70,
    transitions: ['1 hot a firing warning', '3 hot a resolved'],
    notices: ['1 hot firing warning: a firing', '61 hot resolved warning: a resolved'],
  },
  'an alert that keeps turning is told of once as flapping, and then when it has calmed down': {
    pipeline: hot({ flapping: { turns: 4, within: '10m' } }),
    reports: reports({ a: '9 1 9 1 9 1 9 9x12 1x3' }),
    until: 22,
    transitions: [
      '1 hot a firing warning',
      '2 hot a resolved',
      '3 hot a firing warning',
      '4 hot a resolved',
      '5 hot a firing warning',
      '6 hot a resolved',
      '7 hot a firing warning',
      '20 hot a resolved',
    ],
    notices: [
      '1 hot firing warning: a firing',
      '2 hot resolved warning: a resolved',
      '3 hot firing warning: a firing',
      '4 hot flapping warning: a flapping',
      '17 hot firing warning: a firing',
      '20 hot resolved warning: a resolved',
    ],
  },
  'nobody hears of what is silenced, until the silence is over': {
    pipeline: hot(),
    reports: reports({ a: '9x8 1', b: '9 1' }),
    until: 10,
    onTime: 'notices',
    silences: [silence('s', 0, 5, { label: 'host', operator: '=', value: 'a' })],
    transitions: ['1 hot a firing warning', '1 hot b firing warning', '2 hot b resolved', '9 hot a resolved'],
    notices: [
      '1 hot firing warning: b firing',
      '2 hot resolved warning: b resolved',
      '5 hot firing warning: a firing',
      '9 hot resolved warning: a resolved',
    ],
  },
  'what begins and ends in silence is never told of': {
    pipeline: hot(),
    reports: reports({ a: '1 9 1 1' }),
    until: 30,
    onTime: 'notices',
    silences: [silence('s', 0, 20, { label: 'alert', operator: '=~', value: 'ho.' })],
    transitions: ['2 hot a firing warning', '3 hot a resolved'],
    notices: [],
  },
  'what was told of before a silence is told of when it resolves': {
    pipeline: hot({ renotify: '2m' }),
    reports: reports({ a: '9 9 9 9 9 9 1' }),
    until: 30,
    onTime: 'notices',
    silences: [silence('s', 2, 20, { label: 'severity', operator: '!=', value: 'critical' })],
    transitions: ['1 hot a firing warning', '7 hot a resolved'],
    notices: ['1 hot firing warning: a firing', '7 hot resolved warning: a resolved'],
  },
  'a child is not told of while its parent fires': {
    pipeline: rules({
      down: onLoad({ when: VERY_HOT, severity: 'critical' }),
      hot: onLoad({ when: HOT, inhibitedBy: ['down'], groupWait: '1m' }),
    }),
    reports: reports({ a: '1 9 9 1 1', b: '1 6 6 6 1' }),
    until: 9,
    transitions: [
      '2 down a firing critical',
      '2 hot a firing warning',
      '2 hot b firing warning',
      '4 down a resolved',
      '4 hot a resolved',
      '5 hot b resolved',
    ],
    notices: [
      '2 down firing critical: a firing',
      '3 hot firing warning: b firing',
      '4 down resolved critical: a resolved',
      '6 hot resolved warning: b resolved',
    ],
  },
  'a thousand hosts at once are one message': {
    pipeline: hot({ groupBy: [], groupWait: '1m' }),
    onTime: 'notices',
    reports: reports(Object.fromEntries(hosts.map((host) => [host, '1 9 9 1']))),
    until: 8,
    transitions: [
      ...hosts.map((host) => `2 hot ${host} firing warning`),
      ...hosts.map((host) => `4 hot ${host} resolved`),
    ],
    notices: [
      `3 hot firing warning: ${hosts
        .slice(0, 50)
        .map((host) => `${host} firing`)
        .join(', ')} of 1000 firing`,
      `5 hot resolved warning: ${hosts
        .slice(0, 50)
        .map((host) => `${host} resolved`)
        .join(', ')} of 1000 resolved`,
    ],
  },
};
