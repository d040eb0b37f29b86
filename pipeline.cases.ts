import { at, cases, every, together } from './lib/index.ts';
import pipeline from './pipeline.ts';

const leaves =
  (delay: number) =>
  (time: string): object => ({ time, origin: 'ORD', destination: 'LGA', delay, distance: 733 });

export default cases(pipeline, {
  'an airport where departures leave late is congested until they no longer do': {
    start: '2001-06-14T12:00Z',
    events: together(every('1m', '+0m', '+2h', leaves(60)), every('1m', '+2h', '+4h', leaves(5))),
    expect: {
      transitions: ['+30m congested origin=ORD firing warning', '+2h45m congested origin=ORD resolved'],
      notices: ['+30m congested origin=ORD firing', '+2h45m congested origin=ORD resolved'],
    },
  },

  'a single late departure congests nothing': {
    start: '2001-06-14T12:00Z',
    events: together(every('1m', '+0m', '+2h', leaves(5)), at('+1h', leaves(600))),
    until: '+4h',
    expect: { transitions: [], notices: [] },
  },

  'an airport that falls silent is no longer congested': {
    start: '2001-06-14T12:00Z',
    events: every('1m', '+0m', '+1h', leaves(60)),
    until: '+4h',
    expect: {
      transitions: ['+30m congested origin=ORD firing warning', '+2h congested origin=ORD resolved'],
    },
  },

  'nobody is told during a silence, unless it goes on after that': {
    start: '2001-06-14T12:00Z',
    events: every('1m', '+0m', '+2h', leaves(60)),
    silences: [{ match: ['origin=ORD'], from: '+0m', to: '+1h10m' }],
    expect: { notices: ['+1h10m congested origin=ORD firing warning'] },
  },
});
