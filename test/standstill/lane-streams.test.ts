import { CreateStreamCommand, DescribeStreamSummaryCommand, PutRecordCommand } from '@aws-sdk/client-kinesis';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startEmbeddedAws, type EmbeddedAws } from '../../lib/local/aws/embedded.ts';
import { laneStreams } from '../../lib/standstill/lane-streams.ts';
import { UnreadRecords } from '../../lib/standstill/unread-records.ts';
import { Retry } from '../../lib/store/retry.ts';

const STREAM = 'weir-test-events';

let aws: EmbeddedAws;
beforeAll(async () => {
  aws = await startEmbeddedAws();
});
afterAll(() => aws.stop());

async function stream(): Promise<string> {
  const { kinesis } = aws.clients;
  await kinesis.send(new CreateStreamCommand({ StreamName: STREAM, ShardCount: 2 }));
  for (;;) {
    const answer = await kinesis.send(new DescribeStreamSummaryCommand({ StreamName: STREAM }));
    const { StreamStatus: status, StreamARN: arn = '' } = answer.StreamDescriptionSummary ?? {};
    if (status === 'ACTIVE') return arn;
  }
}

it('tells of records that wait in any shard of a stream of Kinesis', async () => {
  const unread = new UnreadRecords(laneStreams(aws.clients.kinesis, [await stream()]));
  const marks = new Map<string, string>();
  const areAny = (): Promise<boolean> => {
    const lanes = [...marks].map(([lane, mark]) => ({ lane, mark, maxEventTime: 0, version: 1, at: 0 }));
    return unread.areAny(lanes, { retry: new Retry(), pause: () => Promise.resolve() });
  };
  const put = async (): Promise<void> => {
    const record = { StreamName: STREAM, PartitionKey: 'home', Data: Buffer.from('{}') };
    const { ShardId: shard = '', SequenceNumber: mark = '' } = await aws.clients.kinesis.send(
      new PutRecordCommand(record),
    );
    expect(await areAny()).toBe(true);
    marks.set(`${STREAM}/${shard}`, mark);
  };

  expect(await areAny()).toBe(false);
  await put();
  expect(await areAny()).toBe(false);
  await put();
  expect(await areAny()).toBe(false);
});

it('wants an ARN', () => {
  expect(() => laneStreams(aws.clients.kinesis, ['events'])).toThrow(
    'streamArn is "events": it must be an ARN',
  );
});
