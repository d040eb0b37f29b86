import { DescribeStreamConsumerCommand, RegisterStreamConsumerCommand } from '@aws-sdk/client-kinesis';
import type { Creator } from './creator.ts';
import { optionalString, requiredString } from './properties.ts';

/**
 * AWS::Kinesis::StreamConsumer, whose `Ref` is its ARN.
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-kinesis-streamconsumer.html
 */
export const createKinesisStreamConsumer: Creator = async (request) => {
  const { logicalId, type, clients, generatedName } = request;
  const ConsumerName = optionalString(request, 'ConsumerName') ?? generatedName;
  const StreamARN = requiredString(request, 'StreamARN');
  await clients.kinesis.send(new RegisterStreamConsumerCommand({ StreamARN, ConsumerName }));

  const { ConsumerDescription: consumer } = await clients.kinesis.send(
    new DescribeStreamConsumerCommand({ StreamARN, ConsumerName }),
  );
  const arn = consumer?.ConsumerARN ?? '';
  return {
    logicalId,
    type,
    ref: arn,
    attributes: {
      ConsumerARN: arn,
      ConsumerName,
      ConsumerStatus: consumer?.ConsumerStatus ?? '',
      ConsumerCreationTimestamp: consumer?.ConsumerCreationTimestamp?.toISOString() ?? '',
      StreamARN,
    },
  };
};
