import { z } from 'zod';
import { count, definePipeline, max, sessions, sliding, source, sum, tumbling } from '../../lib/index.ts';
import { EncodingError } from '../../lib/measures/encoding.ts';
import type { Measure } from '../../lib/measures/measure.ts';

/** What a simulated producer puts. */
export const event = z.object({
  at: z.number(),
  page: z.string(),
  user: z.string(),
  ms: z.number(),
  /** Bytes that the record adds to its pane of `uploads`. */
  bytes: z.number().optional(),
});

/** A measure that grows with every record, as a careless author's would: the only way to fill an item. */
function heap<Event>(input: (event: Event) => number | undefined): Measure<Event, number, number, number> {
  return {
    kind: 'heap',
    input,
    refuse: () => undefined,
    empty: () => 0,
    add: (acc, bytes) => acc + bytes,
    merge: (into, from) => into + from,
    result: (acc) => acc,
    encode: (acc) => new Uint8Array(acc + 1),
    decode: (bytes) => {
      if (bytes.length === 0) throw new EncodingError('stored heap is empty');
      return bytes.length - 1;
    },
  };
}

export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;
export const OUT_OF_ORDER = 20 * SECOND;

const events = source(event, { eventTime: (event) => event.at });
const views = events.aggregate({
  key: { page: (event) => event.page },
  pane: '1m',
  rollups: ['5m', '15m'],
  measures: { n: count(), total: sum((event) => event.ms), worst: max((event) => event.ms) },
});
const visits = events.aggregate({
  key: { page: (event) => event.page, user: (event) => event.user },
  pane: '5m',
  allowedLateness: '2m',
  rollups: ['10m'],
  measures: { n: count(), total: sum((event) => event.ms), worst: max((event) => event.ms) },
});
const uploads = events.aggregate({
  key: {},
  pane: '10m',
  allowedLateness: '1h',
  measures: {
    n: count(),
    total: sum((event) => event.ms),
    worst: max((event) => event.ms),
    heap: heap((event) => event.bytes),
  },
});
const ever = events.aggregate({
  key: { page: (event) => event.page },
  pane: 'global',
  measures: { n: count(), total: sum((event) => event.ms), worst: max((event) => event.ms) },
});
/** Sessions that are cut, so that where one begins depends on those before it. */
const sittings = events.aggregate({
  key: { user: (event) => event.user },
  pane: '1m',
  session: { gap: '90s', max: '4m' },
  allowedLateness: '1m',
  measures: { n: count(), total: sum((event) => event.ms), worst: max((event) => event.ms) },
});
const spells = sittings.windows(sessions()).aggregate({
  key: { length: ({ measures }) => (measures.n > 1 ? 'long' : 'short') },
  pane: '5m',
  measures: {
    n: count(),
    total: sum(({ measures }) => measures.total),
    worst: max(({ measures }) => measures.total),
  },
});
/** A page's five minutes, by how many views they have: as these grow, the window belongs elsewhere, or is refused. */
const loads = views.windows(tumbling('5m')).aggregate({
  key: { load: ({ measures }) => (measures.n < 3 ? 'low' : 'high') },
  pane: '10m',
  measures: {
    n: count(),
    total: sum(({ measures }) => {
      if (measures.n === 4) throw new RangeError('four views');
      return measures.n;
    }),
    worst: max(({ measures }) => measures.n),
  },
});
/** Windows of windows, which come two minutes late. */
const crowds = visits.windows(tumbling('10m')).aggregate({
  key: { page: ({ key }) => key.page },
  pane: '10m',
  measures: {
    n: count(),
    total: sum(({ measures }) => measures.n),
    worst: max(({ measures }) => measures.n),
  },
});
const peaks = crowds.windows(sliding('20m', '10m')).aggregate({
  key: {},
  pane: '20m',
  measures: {
    n: count(),
    total: sum(({ measures }) => measures.worst),
    worst: max(({ measures }) => measures.worst),
  },
});

/**
 * Panes of different lengths, keys, lateness and tiers, derived ones, running totals, and alerts with and without a clear
 * condition, judged early, on time and finally, told of alone, in groups and again.
 */
export const pipeline = definePipeline({
  maxOutOfOrderness: '20s',
  maxAhead: '1h',
  idleAfter: '1m',
  // Not each after what it is derived from.
  aggregates: { peaks, views, visits, uploads, ever, sittings, spells, loads, crowds },
  alerts: {
    slow: {
      on: 'views',
      over: sliding('3m', '1m'),
      when: (window) => window.n >= 2 && window.total / window.n > 500,
      clear: (window) => window.total / window.n < 300,
      renotify: '2m',
    },
    // Becomes only truer as data come.
    rush: { on: 'views', over: tumbling('2m'), when: (window) => window.n >= 3, judge: 'early' },
    // Becomes untrue as data come.
    lone: {
      on: 'visits',
      over: tumbling('10m'),
      when: (window) => window.n < 2,
      judge: 'final',
      groupBy: [],
    },
    busy: {
      on: 'visits',
      over: tumbling('10m'),
      when: (window) => window.n > 3,
      groupBy: ['page'],
      renotify: '15m',
    },
    crowded: { on: 'crowds', over: tumbling('10m'), when: (window) => window.total > 5 },
    restless: {
      on: 'sittings',
      over: sessions(),
      when: (sitting) => sitting.n > 2,
      clear: (sitting) => sitting.n < 2,
    },
  },
});
