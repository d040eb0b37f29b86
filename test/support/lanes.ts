import type { LaneBatch } from '../../lib/decode/record.ts';
import { kinesisRecord, SHARD, streamRecord } from './kinesis.ts';

/** ARN of a stream. */
export const streamArn = (name: string): string => `arn:aws:kinesis:us-east-1:000000000000:stream/${name}`;

/** Contents as the first records of a lane of that stream. */
export function laneOfContents(stream: string, contents: readonly unknown[], shard = SHARD): LaneBatch {
  const records = contents.map((content, n) => streamRecord(n, content));
  return { lane: `${stream}/${shard}`, source: streamArn(stream), shard, records };
}

/** The nth record of a shard of that stream, as it stands in a Lambda event. */
export function kinesisRecordIn(stream: string, n: number, content: unknown) {
  return { ...kinesisRecord(n, content), eventSourceARN: streamArn(stream) };
}
