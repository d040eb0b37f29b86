import type {
  KinesisClient,
  StartingPosition,
  SubscribeToShardEvent,
  SubscribeToShardEventStream,
} from '@aws-sdk/client-kinesis';
import {
  CreateStreamCommand,
  PutRecordsCommand,
  RegisterStreamConsumerCommand,
  SubscribeToShardCommand,
} from '@aws-sdk/client-kinesis';
import { onTestFinished } from 'vitest';
import { createClients, destroyClients } from '../../../../lib/local/aws/clients.ts';
import type { KinesisApiOptions } from '../../../../lib/local/aws/kinesis/api.ts';
import { startKinesis } from '../../../../lib/local/aws/kinesis/server.ts';

export const STREAM_ARN = 'arn:aws:kinesis:us-east-1:000000000000:stream';
export const SHARD = 'shardId-000000000000';

/** An embedded Kinesis in this thread, and a client of it. */
export interface TestKinesis {
  readonly kinesis: KinesisClient;
  readonly endpoint: string;
  stop(): Promise<void>;
}

export async function startTestKinesis(options: Partial<KinesisApiOptions> = {}): Promise<TestKinesis> {
  process.env.AWS_ACCOUNT_ID = '000000000000';
  process.env.AWS_REGION = 'us-east-1';
  const server = await startKinesis(options);
  const { endpoint } = server;
  const clients = createClients({
    kinesis: endpoint,
    dynamodb: endpoint,
    sns: endpoint,
    sqs: endpoint,
    s3: endpoint,
  });
  return {
    kinesis: clients.kinesis,
    endpoint,
    stop: async () => {
      destroyClients(clients);
      await server.stop();
    },
  };
}

export async function createStream(kinesis: KinesisClient, name: string, shards = 1): Promise<string> {
  await kinesis.send(new CreateStreamCommand({ StreamName: name, ShardCount: shards }));
  return `${STREAM_ARN}/${name}`;
}

/** Puts records, each under itself as its key. */
export async function put(kinesis: KinesisClient, name: string, ...texts: readonly string[]): Promise<void> {
  const Records = texts.map((text) => ({ PartitionKey: text, Data: Buffer.from(text) }));
  await kinesis.send(new PutRecordsCommand({ StreamName: name, Records }));
}

export async function register(kinesis: KinesisClient, StreamARN: string, name: string): Promise<string> {
  const { Consumer } = await kinesis.send(
    new RegisterStreamConsumerCommand({ StreamARN, ConsumerName: name }),
  );
  return Consumer?.ConsumerARN ?? '';
}

/** A subscription whose events are taken one by one; it ends with the test. */
export class TestSubscription {
  readonly #events: AsyncIterator<SubscribeToShardEventStream>;

  private constructor(events: AsyncIterable<SubscribeToShardEventStream>) {
    this.#events = events[Symbol.asyncIterator]();
  }

  static async open(
    kinesis: KinesisClient,
    ConsumerARN: string,
    StartingPosition: StartingPosition = { Type: 'TRIM_HORIZON' },
    ShardId = SHARD,
  ): Promise<TestSubscription> {
    const aborter = new AbortController();
    onTestFinished(() => {
      aborter.abort();
    });
    const { EventStream } = await kinesis.send(
      new SubscribeToShardCommand({ ConsumerARN, ShardId, StartingPosition }),
      { abortSignal: aborter.signal },
    );
    if (!EventStream) throw new Error('the answer has no event stream');
    return new TestSubscription(EventStream);
  }

  /** Undefined when the subscription has ended; rejects with what it ended with. */
  async next(): Promise<SubscribeToShardEvent | undefined> {
    const event = await this.#events.next();
    return event.done === true ? undefined : event.value.SubscribeToShardEvent;
  }

  /** The event that ends the shard. */
  async end(): Promise<SubscribeToShardEvent> {
    for (let event = await this.next(); event; event = await this.next()) {
      if (event.ChildShards) return event;
    }
    throw new Error('the subscription ended before the shard');
  }

  /** The texts of the records up to so many. */
  async texts(count: number): Promise<readonly string[]> {
    const texts: string[] = [];
    while (texts.length < count) {
      const event = await this.next();
      if (!event) throw new Error(`the subscription ended after ${texts.length} records`);
      texts.push(...(event.Records ?? []).map(({ Data }) => new TextDecoder().decode(Data)));
    }
    return texts;
  }
}
