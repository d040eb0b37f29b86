import type { Arn } from '../arn.ts';

/** An enhanced fan-out consumer of a stream. */
export interface Consumer {
  readonly streamName: string;
  /** The stream's ARN. */
  readonly streamArn: string;
  readonly consumerName: string;
}

/**
 * Reads the ARN of a consumer: the stream's, `/consumer/`, its name, and when it was registered, in seconds.
 * @see https://docs.aws.amazon.com/kinesis/latest/APIReference/API_Consumer.html
 * @returns undefined for the ARN of anything else
 * @example parseConsumer(parseArn('arn:aws:kinesis:us-east-1:000000000000:stream/s/consumer/c:17', 'Arn'))?.streamName // 's'
 */
export function parseConsumer({ service, partition, region, account, resource }: Arn): Consumer | undefined {
  const match = /^stream\/([^/]+)\/consumer\/([^/:]+):\d+$/.exec(resource);
  const [, streamName, consumerName] = match ?? [];
  if (service !== 'kinesis' || streamName === undefined || consumerName === undefined) return undefined;
  const streamArn = `arn:${partition}:kinesis:${region}:${account}:stream/${streamName}`;
  return { streamName, streamArn, consumerName };
}
