import { describe, expect, it } from 'vitest';
import { sortByStream } from '../../lib/local/route.ts';
import market from '../support/market.ts';
import { pipeline } from '../support/pipeline.ts';

const [bid, auction, order, click] = [
  '{"type":"bid"}',
  '{"type":"auction"}',
  '{"amount":1}',
  '{"type":"click"}',
];

describe('events', () => {
  it('go to the first stream of the stack where the pipeline reads one', () => {
    expect(sortByStream(pipeline, [bid, 'nope'], ['weir-dev-events', 'other'])).toEqual(
      new Map([['weir-dev-events', [bid, 'nope']]]),
    );
  });

  it('go to the stream of their source, in their order', () => {
    const lines = [order, bid, auction, order, bid];

    expect(sortByStream(market, lines, ['weir-dev-orders', 'weir-dev-events'])).toEqual(
      new Map([
        ['weir-dev-events', [bid, auction, bid]],
        ['weir-dev-orders', [order, order]],
      ]),
    );
  });

  it('of no source go to the pipeline’s first stream', () => {
    const sources = market.sources.map((source) =>
      source.stream === 'orders' ? { ...source, when: { type: ['order'] } } : source,
    );

    expect(sortByStream({ sources }, [click, 'nope'], ['a-events', 'a-orders'])).toEqual(
      new Map([
        ['a-events', [click, 'nope']],
        ['a-orders', []],
      ]),
    );
  });

  it('have nowhere to go where the stack has no such stream', () => {
    expect(() => sortByStream(market, [bid], ['weir-dev-events'])).toThrow(
      "serverless.yml declares no stream 'orders', which pipeline.ts reads",
    );
  });
});
