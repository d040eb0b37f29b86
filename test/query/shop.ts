import { count, definePipeline, mean, tumbling } from '../../lib/index.ts';
import { view } from '../support/pipeline.ts';

/** A rule that groups, with labels and a number, and one with fewer dimensions. */
export const shop = definePipeline(view, {
  eventTime: (event) => event.at,
  aggregates: {
    visits: {
      key: { page: (event) => event.page, user: (event) => event.user },
      pane: '1m',
      measures: { n: count(), ms: mean((event) => event.ms) },
    },
    pages: { key: { page: (event) => event.page }, pane: '1m', measures: { n: count() } },
  },
  alerts: {
    slow: {
      on: 'visits',
      over: tumbling('1m'),
      when: { warning: (window) => window.ms > 50, critical: (window) => window.ms > 100 },
      value: (window) => window.ms,
      threshold: { warning: 50, critical: 100 },
      unit: 'ms',
      groupBy: ['page'],
      groupWait: '0s',
      labels: { team: 'web' },
      runbook: 'https://example.com/slow',
    },
    down: { on: 'pages', over: tumbling('1m'), when: (window) => window.n === 0 },
  },
});
