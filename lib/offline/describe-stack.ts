import type { EmbeddedAws } from '../local/aws/embedded.ts';
import type { OfflineStack } from './stack.ts';

/** What clients have to do with, and what it is called. */
const SHOWN: Readonly<Record<string, string>> = {
  'AWS::DynamoDB::Table': 'table',
  'AWS::Kinesis::Stream': 'stream',
  'AWS::SNS::Topic': 'topic',
  'AWS::SQS::Queue': 'queue',
};

/** What somebody at a terminal needs for work with the embedded AWS: its environment, to be pasted, and what is in it. */
export function describeStack(stack: OfflineStack, aws: Pick<EmbeddedAws, 'env'>): string {
  const variables = Object.entries(aws.env)
    .filter(([name]) => !name.startsWith('AWS_SDK_JS_'))
    .map(([name, value]) => `  export ${name}=${value}`);
  const resources = stack.resources.flatMap(({ type, ref }) => {
    const kind = SHOWN[type];
    return kind === undefined ? [] : [`  ${kind.padEnd(6)} ${ref}`];
  });
  const mappings = stack.eventSourceMappings.map(
    ({ function: { key }, properties }) => `  ${properties.EventSourceArn} -> ${key}`,
  );
  const topics = stack.topicSubscriptions.map(({ function: { key }, topicArn }) => `  ${topicArn} -> ${key}`);
  return [
    'Embedded AWS, for clients in another shell:',
    ...variables,
    '',
    ...resources,
    ...(mappings.length === 0 ? [] : ['', 'Event source mappings:', ...mappings]),
    ...(topics.length === 0 ? [] : ['', 'Subscriptions:', ...topics]),
  ].join('\n');
}
