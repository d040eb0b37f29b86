import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Source } from '../../lib/pipeline/pipeline.ts';
import { faultsOfStreams } from '../../lib/serverless/stream-rules.ts';

const arnOf = (id: string) => ({ 'Fn::GetAtt': [id, 'Arn'] });
const literal = 'arn:aws:kinesis:us-east-1:000000000000:stream/shop-orders';

function sourcesOf(...streams: readonly string[]): Source[] {
  return streams.map((stream, index) => ({
    index,
    stream,
    when: undefined,
    schema: z.unknown(),
    eventTime: () => 0,
  }));
}

/** The faults of a pipeline with these streams where `aggregate` is mapped to these ARNs. */
function faultsOf(
  streams: readonly string[],
  mapped: readonly unknown[],
  { told = mapped, target = 'AggregateLambdaFunction' } = {},
): string[] {
  const mappings = mapped.map((EventSourceArn, i) => {
    const Properties = { EventSourceArn, FunctionName: arnOf(target) };
    return [`Mapping${i}`, { Type: 'AWS::Lambda::EventSourceMapping', Properties }] as const;
  });
  const Variables = { EVENT_STREAM_ARNS: { 'Fn::Join': [',', told] } };
  const stream = (Name: unknown) => ({ Type: 'AWS::Kinesis::Stream', Properties: { Name } });
  return faultsOfStreams(sourcesOf(...streams), {
    Resources: {
      EventStream: stream('weir-dev-events'),
      OrdersStream: stream('weir-dev-orders'),
      NamelessStream: stream({ Ref: 'Name' }),
      RedriveLambdaFunction: { Type: 'AWS::Lambda::Function', Properties: { Environment: { Variables } } },
      ...Object.fromEntries(mappings),
    },
  });
}

describe('a template is let through', () => {
  it.each<[string, readonly string[], readonly unknown[]]>([
    ['with the stream of the pipeline', ['events'], [arnOf('EventStream')]],
    ['with each of several', ['events', 'orders'], [arnOf('EventStream'), arnOf('OrdersStream')]],
    ['with a stream of another stack', ['events', 'orders'], [arnOf('EventStream'), literal]],
    ['with any stream, for a pipeline that names none', ['events'], [literal]],
    ['with any streams, for a pipeline that names none', ['events'], [arnOf('OrdersStream'), literal]],
    ['with an attribute in one word', ['orders'], [{ 'Fn::GetAtt': 'OrdersStream.Arn' }]],
    ['with a name that is known later', ['orders'], [arnOf('NamelessStream')]],
    [
      'with a stream that is known later',
      ['events', 'orders'],
      [arnOf('EventStream'), { 'Fn::ImportValue': 'a' }],
    ],
  ])('%s', (_, streams, mapped) => {
    expect(faultsOf(streams, mapped)).toEqual([]);
  });
});

describe('a template is refused', () => {
  it('without a mapping for a stream of the pipeline', () => {
    expect(faultsOf(['events', 'orders'], [arnOf('EventStream')])).toEqual([
      "pipeline.ts reads stream 'orders', and aggregate has no mapping of a stream whose name ends in -orders, but of weir-dev-events. Add one (docs/sources.md), or mend the source.",
    ]);
  });

  it('without any mapping', () => {
    expect(faultsOf(['events'], [])).toEqual([
      expect.stringContaining('ends in -events, but of none. Add one'),
    ]);
  });

  it('with a mapping for a stream of which there is no source', () => {
    const mapped = [arnOf('EventStream'), literal, 'arn:aws:kinesis:us-east-1:000000000000:stream/clicks'];

    expect(faultsOf(['events', 'orders'], mapped)).toEqual([
      'aggregate reads clicks, and pipeline.ts has no source of such a stream, but of events, orders: all its records would be refused. Remove the mapping, or add a source.',
    ]);
  });

  it('with another stream in place of the one that the source names', () => {
    expect(faultsOf(['orders'], [arnOf('EventStream')])).toEqual([
      expect.stringContaining("reads stream 'orders'"),
      expect.stringContaining('reads weir-dev-events'),
    ]);
  });

  it('with a mapping of another function in place of one of aggregate', () => {
    expect(faultsOf(['events'], [arnOf('EventStream')], { target: 'ArchiveLambdaFunction' })).toHaveLength(1);
  });

  it.each([
    [arnOf('OrdersStream'), 'weir-dev-orders'],
    [literal, 'shop-orders'],
    [{ 'Fn::ImportValue': 'a' }, '{"Fn::ImportValue":"a"}'],
  ])('with a redrive that is not told of %j', (arn, name) => {
    const told = [arnOf('EventStream')];

    expect(faultsOf(['events', 'orders'], [arnOf('EventStream'), arn], { told })).toEqual([
      `redrive is not told of ${name}: what Lambda gives up on there would never be repaired. Add it to custom.eventStreams.`,
    ]);
  });
});
