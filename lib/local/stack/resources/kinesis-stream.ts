import { setTimeout as delay } from 'node:timers/promises';
import {
  CreateStreamCommand,
  DescribeStreamSummaryCommand,
  IncreaseStreamRetentionPeriodCommand,
  UpdateStreamModeCommand,
} from '@aws-sdk/client-kinesis';
import type { Creator } from './creator.ts';
import { optionalNumber, optionalObject, optionalString } from './properties.ts';

const DEFAULT_RETENTION_HOURS = 24;
const POLL_MS = 5;

/** AWS::Kinesis::Stream */
export const createKinesisStream: Creator = async (request) => {
  const { logicalId, type, clients, generatedName, onDemandShards } = request;
  const name = optionalString(request, 'Name') ?? generatedName;
  const mode = optionalObject(request, 'StreamModeDetails');
  const isOnDemand = mode !== undefined && optionalString(mode, 'StreamMode') === 'ON_DEMAND';
  const shards = isOnDemand ? onDemandShards : (optionalNumber(request, 'ShardCount') ?? 1);
  await clients.kinesis.send(new CreateStreamCommand({ StreamName: name, ShardCount: shards }));

  const arn = await whenActive(clients.kinesis, name);
  // Made with as many shards as are wanted, which an on-demand stream cannot be told.
  if (isOnDemand) {
    await clients.kinesis.send(
      new UpdateStreamModeCommand({ StreamARN: arn, StreamModeDetails: { StreamMode: 'ON_DEMAND' } }),
    );
  }
  const hours = optionalNumber(request, 'RetentionPeriodHours') ?? DEFAULT_RETENTION_HOURS;
  if (hours > DEFAULT_RETENTION_HOURS) {
    await clients.kinesis.send(
      new IncreaseStreamRetentionPeriodCommand({ StreamName: name, RetentionPeriodHours: hours }),
    );
  }
  return { logicalId, type, ref: name, attributes: { Arn: arn } };
};

async function whenActive(
  kinesis: Parameters<Creator>[0]['clients']['kinesis'],
  name: string,
): Promise<string> {
  for (;;) {
    const { StreamDescriptionSummary: stream } = await kinesis.send(
      new DescribeStreamSummaryCommand({ StreamName: name }),
    );
    if (stream?.StreamStatus === 'ACTIVE' && stream.StreamARN) return stream.StreamARN;
    await delay(POLL_MS);
  }
}
