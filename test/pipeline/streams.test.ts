import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Matcher, Source } from '../../lib/pipeline/pipeline.ts';
import { needsStream, streamNamed, streamsOf } from '../../lib/pipeline/streams.ts';

const sourceOf = (stream: string, when?: Matcher): Source => ({
  index: 0,
  stream,
  when,
  schema: z.unknown(),
  eventTime: () => 0,
});

it('names each stream of the sources once', () => {
  expect(streamsOf([sourceOf('events'), sourceOf('orders'), sourceOf('events')])).toEqual([
    'events',
    'orders',
  ]);
});

describe('a stream is known by the end of its name', () => {
  it.each<[string, string | undefined]>([
    ['weir-dev-auctions', 'auctions'],
    ['auctions', 'auctions'],
    ['weir-dev-x-auctions', 'x-auctions'],
    ['weir-x-auctions', 'x-auctions'],
    ['x-auctions', 'x-auctions'],
    ['weir-dev-y-auctions', 'auctions'],
    ['weir-dev-reauctions', undefined],
    ['weir-auctions-dev', undefined],
  ])('%s', (name, stream) => {
    expect(streamNamed(['auctions', 'x-auctions'], name)).toBe(stream);
    expect(streamNamed(['x-auctions', 'auctions'], name)).toBe(stream);
  });
});

describe('the stream has to be known', () => {
  const bids = sourceOf('events', { type: ['bid'] });
  const asks = sourceOf('events', { type: ['ask'] });

  it.each<[string, boolean, Source[]]>([
    ['not of one source', false, [sourceOf('events')]],
    ['not of one stream', false, [bids, asks]],
    ['not of several that fields tell apart', false, [bids, sourceOf('orders', { type: ['order'] })]],
    ['of a stream that is taken whole', true, [bids, asks, sourceOf('orders')]],
    ['of the same kind in two streams', true, [bids, sourceOf('orders', { type: ['bid', 'order'] })]],
    ['of kinds told by different fields', true, [bids, sourceOf('orders', { kind: ['order'] })]],
  ])('%s', (_, needed, sources) => {
    expect(needsStream(sources)).toBe(needed);
    expect(needsStream(sources.toReversed())).toBe(needed);
  });
});
