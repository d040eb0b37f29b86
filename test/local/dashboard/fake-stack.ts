import type { DrawnStack } from '../../../lib/local/dashboard/graph-plan.ts';
import type { StackFunction } from '../../../lib/local/stack/functions.ts';
import type { PhysicalResource } from '../../../lib/local/stack/physical.ts';

const ARN = 'arn:aws';
const HERE = 'us-east-1:000000000000';

export function stream(logicalId: string, name: string): PhysicalResource {
  return {
    logicalId,
    type: 'AWS::Kinesis::Stream',
    ref: name,
    attributes: { Arn: `${ARN}:kinesis:${HERE}:stream/${name}` },
  };
}

export function table(logicalId: string, name: string): PhysicalResource {
  const arn = `${ARN}:dynamodb:${HERE}:table/${name}`;
  return {
    logicalId,
    type: 'AWS::DynamoDB::Table',
    ref: name,
    attributes: { Arn: arn, StreamArn: `${arn}/stream/2026` },
  };
}

export function queue(logicalId: string, name: string): PhysicalResource {
  return {
    logicalId,
    type: 'AWS::SQS::Queue',
    ref: `http://127.0.0.1/000000000000/${name}`,
    attributes: { Arn: `${ARN}:sqs:${HERE}:${name}`, QueueName: name },
  };
}

export function topic(logicalId: string, name: string): PhysicalResource {
  const arn = `${ARN}:sns:${HERE}:${name}`;
  return { logicalId, type: 'AWS::SNS::Topic', ref: arn, attributes: { TopicArn: arn, TopicName: name } };
}

export function lambda(key: string, environment: Readonly<Record<string, string>>): StackFunction {
  return { key, functionName: `shop-dev-${key}`, environment } as StackFunction;
}

/** A stack of functions, each with what it is mapped to and where its failures go. */
export function drawn(
  resources: readonly PhysicalResource[],
  mapped: readonly { reader: StackFunction; source: PhysicalResource; failures?: PhysicalResource }[],
  others: readonly StackFunction[] = [],
): DrawnStack {
  return {
    resources: new Map(resources.map((resource) => [resource.logicalId, resource])),
    functions: [...new Set([...mapped.map(({ reader }) => reader), ...others])],
    eventSourceMappings: mapped.map(({ reader, source, failures }, i) => ({
      logicalId: `Mapping${i}`,
      function: reader,
      properties: {
        EventSourceArn: source.attributes.StreamArn ?? source.attributes.Arn ?? '',
        FunctionName: reader.functionName,
        ...(failures && { DestinationConfig: { OnFailure: { Destination: failures.attributes.Arn ?? '' } } }),
      },
    })),
  };
}

/** As weir's own stack is. */
export function weirLike(): DrawnStack {
  const events = stream('EventStream', 'shop-dev-events');
  const aggregates = table('AggregatesTable', 'shop-dev-aggregates');
  const alerts = table('AlertsTable', 'shop-dev-alerts');
  const timers = table('TimersTable', 'shop-dev-timers');
  const quarantine = queue('QuarantineQueue', 'shop-dev-quarantine');
  const failures = queue('FailureQueue', 'shop-dev-failures');
  const told = topic('AlertsTopic', 'shop-dev-alerts');
  const operations = topic('OperationsTopic', 'shop-dev-operations');
  const places = {
    AGGREGATES_TABLE: aggregates.ref,
    ALERTS_TABLE: alerts.ref,
    TIMERS_TABLE: timers.ref,
    QUARANTINE_QUEUE_URL: quarantine.ref,
  };
  const { AGGREGATES_TABLE, QUARANTINE_QUEUE_URL } = places;
  const notify = lambda('notify', { ...places, ALERT_TOPICS: `alerts=${told.ref}` });
  // The mappings stand in the template's order, which says nothing of the data's.
  return drawn(
    [events, aggregates, alerts, timers, quarantine, failures, told, operations],
    [
      { reader: notify, source: alerts, failures },
      { reader: lambda('evaluate', places), source: aggregates, failures },
      { reader: lambda('aggregate', { AGGREGATES_TABLE, QUARANTINE_QUEUE_URL }), source: events, failures },
    ],
    [lambda('tick', { ...places, EVENT_STREAM_ARNS: events.attributes.Arn ?? '' }), lambda('query', places)],
  );
}
