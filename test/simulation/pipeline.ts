import { z } from 'zod';
import { count, definePipeline, max, sliding, sum, tumbling } from '../../lib/index.ts';
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

/** Panes of different lengths, keys, lateness and tiers, and alerts with and without a clear condition. */
export const pipeline = definePipeline(event, {
  eventTime: (event) => event.at,
  maxOutOfOrderness: '20s',
  maxAhead: '1h',
  idleAfter: '1m',
  aggregates: {
    views: {
      key: { page: (event) => event.page },
      pane: '1m',
      rollups: ['5m', '15m'],
      measures: { n: count(), total: sum((event) => event.ms), worst: max((event) => event.ms) },
    },
    visits: {
      key: { page: (event) => event.page, user: (event) => event.user },
      pane: '5m',
      allowedLateness: '2m',
      rollups: ['10m'],
      measures: { n: count(), total: sum((event) => event.ms), worst: max((event) => event.ms) },
    },
    uploads: {
      key: {},
      pane: '10m',
      allowedLateness: '1h',
      measures: {
        n: count(),
        total: sum((event) => event.ms),
        worst: max((event) => event.ms),
        heap: heap((event) => event.bytes),
      },
    },
  },
  alerts: {
    slow: {
      on: 'views',
      over: sliding('3m', '1m'),
      when: (window) => window.n >= 2 && window.total / window.n > 500,
      clear: (window) => window.total / window.n < 300,
    },
    busy: { on: 'visits', over: tumbling('10m'), when: (window) => window.n > 3 },
  },
});
