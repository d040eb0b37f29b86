import { describe, expect, it } from 'vitest';
import { count, definePipeline, source, tumbling, type PipelineError } from '../../lib/index.ts';
import { aggregateNamed, alertNamed, finalAfter } from '../../lib/pipeline/pipeline.ts';
import { derivedPipeline } from '../support/derived.ts';
import { MINUTE, view } from '../support/pipeline.ts';

const views = source(view, { eventTime: (event) => event.at });
const perPage = views.aggregate({
  key: { page: (event) => event.page },
  pane: '1m',
  retain: '10m',
  allowedLateness: '4m',
  measures: { n: count() },
});

function problemOf(define: () => unknown): string {
  try {
    define();
  } catch (error) {
    const { name, message } = error as PipelineError;
    return `${name}: ${message}`;
  }
  return 'none';
}

describe('a derived aggregate', () => {
  it('waits for all that its windows wait for', () => {
    const waits = derivedPipeline.aggregates.map((aggregate) => [
      aggregate.name,
      finalAfter(aggregate) / MINUTE,
    ]);

    expect(Object.fromEntries(waits)).toEqual({ perPage: 2, busiest: 2, byLoad: 2, peak: 2 });
    expect(alertNamed(derivedPipeline, 'calm')?.delay).toBe(2 * MINUTE);
    expect(aggregateNamed(derivedPipeline, 'perPage')?.delay).toBe(0);
  });

  it('has no lateness of its own', () => {
    const late = perPage
      .windows(tumbling('2m'))
      .aggregate({ key: {}, pane: '2m', allowedLateness: '0s', measures: { n: count() } });

    expect(problemOf(() => definePipeline({ aggregates: { perPage, late } }))).toBe(
      'PipelineError: pipeline: aggregates.late.allowedLateness makes no sense for an aggregate over windows, which come when they are final: none is late; leave it out, or give it to the aggregate that the windows are of',
    );
  });

  it('is no running total', () => {
    const total = perPage
      .windows(tumbling('2m'))
      .aggregate({ key: {}, pane: 'global', measures: { n: count() } });

    expect(problemOf(() => definePipeline({ aggregates: { perPage, total } }))).toBe(
      'PipelineError: pipeline: aggregates.total.pane is global, but what each window contributes has to be kept for as long as the pane; take a pane such as 1d, and read it at a coarser resolution',
    );
  });

  it('is over windows that are kept until they are final', () => {
    const kept = perPage.windows(tumbling('6m')).aggregate({ key: {}, pane: '6m', measures: { n: count() } });
    const gone = perPage.windows(tumbling('7m')).aggregate({ key: {}, pane: '7m', measures: { n: count() } });

    expect(problemOf(() => definePipeline({ aggregates: { perPage, kept } }))).toBe('none');
    expect(problemOf(() => definePipeline({ aggregates: { perPage, gone } }))).toBe(
      'PipelineError: pipeline: aggregates.gone.windows are final 11m after they begin, but panes of perPage are kept for 10m only; retain these for longer',
    );
  });
});
