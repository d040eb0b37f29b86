import { count, definePipeline, max } from '../../lib/index.ts';
import { view } from './pipeline.ts';

/** Page views beside running totals of them: of each page, and of all. */
export const withTotals = definePipeline(view, {
  eventTime: (event) => event.at,
  maxOutOfOrderness: '30s',
  aggregates: {
    views: { key: { page: (event) => event.page }, pane: '1m', measures: { n: count() } },
    everPage: {
      key: { page: (event) => event.page },
      pane: 'global',
      retain: '90d',
      measures: { n: count(), slowest: max((event) => event.ms) },
    },
    ever: { key: {}, pane: 'global', measures: { n: count() } },
  },
});
