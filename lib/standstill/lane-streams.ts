import type { KinesisClient } from '@aws-sdk/client-kinesis';
import { parseArn } from '../esm/arn.ts';
import { KinesisSource } from '../esm/sources/kinesis.ts';
import type { LaneStream } from './unread-records.ts';

// One is enough to tell; but a record that holds several may be the one that the lane has come to.
const RECORDS = 10;

/**
 * Event streams, to be asked for records that wait.
 *
 * @param arns of Kinesis streams
 * @throws {MappingSettingsError} if one is no ARN
 */
export function laneStreams(kinesis: KinesisClient, arns: readonly string[]): LaneStream[] {
  return arns.map((text) => {
    const arn = parseArn(text, 'streamArn');
    const source = new KinesisSource(kinesis, arn, {
      invokeIdentityArn: '',
      batchSize: RECORDS,
      atOnce: RECORDS,
    });
    return { name: arn.resource.slice('stream/'.length), source };
  });
}
