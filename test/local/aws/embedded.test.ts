import { execFile } from 'node:child_process';
import { connect } from 'node:net';
import { promisify } from 'node:util';
import { ListTablesCommand } from '@aws-sdk/client-dynamodb';
import {
  CreateStreamCommand,
  DescribeStreamSummaryCommand,
  GetRecordsCommand,
  GetShardIteratorCommand,
  PutRecordsCommand,
} from '@aws-sdk/client-kinesis';
import { CreateTopicCommand, PublishCommand, SubscribeCommand } from '@aws-sdk/client-sns';
import { CreateQueueCommand, GetQueueAttributesCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EmbeddedAws } from '../../../lib/local/aws/embedded.ts';
import { startEmbeddedAws } from '../../../lib/local/aws/embedded.ts';

const run = promisify(execFile);

let aws: EmbeddedAws;
beforeAll(async () => {
  aws = await startEmbeddedAws();
});
afterAll(() => aws.stop());

async function createStream(name: string, shards: number): Promise<void> {
  await aws.clients.kinesis.send(new CreateStreamCommand({ StreamName: name, ShardCount: shards }));
  await expect
    .poll(async () => {
      const { StreamDescriptionSummary: stream } = await aws.clients.kinesis.send(
        new DescribeStreamSummaryCommand({ StreamName: name }),
      );
      return stream?.StreamStatus;
    })
    .toBe('ACTIVE');
}

describe('Kinesis', () => {
  it('gives back what was put, shard by shard and in order', async () => {
    await createStream('events', 2);
    const Records = Array.from({ length: 100 }, (_, index) => ({
      PartitionKey: `k${index % 10}`,
      Data: Buffer.from(String(index)),
    }));
    const { Records: put = [] } = await aws.clients.kinesis.send(
      new PutRecordsCommand({ StreamName: 'events', Records }),
    );

    const shards = [...new Set(put.map((entry) => entry.ShardId))];
    expect(shards).toHaveLength(2);
    for (const ShardId of shards) {
      const { ShardIterator } = await aws.clients.kinesis.send(
        new GetShardIteratorCommand({ StreamName: 'events', ShardId, ShardIteratorType: 'TRIM_HORIZON' }),
      );
      const { Records: got = [] } = await aws.clients.kinesis.send(new GetRecordsCommand({ ShardIterator }));
      const expected = Records.filter((_, index) => put[index]?.ShardId === ShardId);
      expect(got.map((record) => new TextDecoder().decode(record.Data))).toEqual(
        expected.map((record) => record.Data.toString()),
      );
    }
  });

  it('lives on when a client goes away in the middle of a request', async () => {
    const { port } = new URL(aws.endpoints.kinesis);
    await new Promise<void>((resolve) => {
      const socket = connect(Number(port), '127.0.0.1', () => {
        socket.write('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{', () => {
          socket.resetAndDestroy();
        });
      });
      socket.on('close', () => {
        resolve();
      });
    });
    await createStream('still-there', 1);
  });
});

describe('SNS and SQS', () => {
  it('bring a message from a topic to a queue', async () => {
    const { sns, sqs } = aws.clients;
    const { TopicArn } = await sns.send(new CreateTopicCommand({ Name: 'alerts' }));
    const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: 'inbox' }));
    const { Attributes: attributes } = await sqs.send(
      new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }),
    );
    await sns.send(new SubscribeCommand({ TopicArn, Protocol: 'sqs', Endpoint: attributes?.QueueArn }));
    await sns.send(new PublishCommand({ TopicArn, Message: 'late' }));

    const { Messages: messages } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 5 }),
    );
    expect(JSON.parse(messages?.[0]?.Body ?? '')).toMatchObject({ TopicArn, Message: 'late' });
    expect(QueueUrl).toBe(`${aws.endpoints.sqs}/000000000000/inbox`);
  });
});

describe('startEmbeddedAws', () => {
  it('listens on this machine only', () => {
    const hosts = Object.values<string>({ ...aws.endpoints }).map((endpoint) => new URL(endpoint).hostname);
    expect(new Set(hosts)).toEqual(new Set(['127.0.0.1']));
  });

  it('starts as often as wanted at once, each with its own tables', async () => {
    const other = await startEmbeddedAws();
    try {
      expect(other.endpoints.dynamodb).not.toBe(aws.endpoints.dynamodb);
      expect((await other.clients.dynamodb.send(new ListTablesCommand({}))).TableNames).toEqual([]);
    } finally {
      await other.stop();
    }
  });

  it('stops once however often it is told to, and answers no more', async () => {
    const other = await startEmbeddedAws();
    await Promise.all([other.stop(), other.stop()]);
    await other.stop();
    await expect(fetch(other.endpoints.dynamodb)).rejects.toThrow('fetch failed');
  });

  it('serves clients that know only the environment, and leaves nothing open: the process ends by itself', async () => {
    const script = new URL('./start-use-stop.ts', import.meta.url).pathname;
    const { stdout } = await run(process.execPath, ['--import', 'tsx', '--no-warnings', script], {
      timeout: 15_000,
    });
    expect(JSON.parse(stdout)).toEqual({ tables: [], messages: ['hello'] });
  });
});
