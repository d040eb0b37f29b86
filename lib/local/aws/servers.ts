import { startDynamoDb } from './dynamodb/server.ts';
import { startKinesis } from './kinesis/server.ts';
import { startMessaging } from './messaging.ts';
import type { Endpoints, ServerOptions } from './thread-protocol.ts';

/** Every embedded server, in this thread. */
export interface Servers {
  readonly endpoints: Endpoints;
  stop(): Promise<void>;
}

/** Starts Kinesis, DynamoDB and SNS + SQS + S3 on free ports of 127.0.0.1. */
export async function startServers({ streamShards }: ServerOptions): Promise<Servers> {
  const [kinesis, dynamodb, messaging] = await Promise.all([
    startKinesis(),
    startDynamoDb({ shardCount: streamShards }),
    startMessaging(),
  ]);
  return {
    endpoints: {
      kinesis: kinesis.endpoint,
      dynamodb: dynamodb.endpoint,
      sns: messaging.endpoint,
      sqs: messaging.endpoint,
      s3: messaging.endpoint,
    },
    stop: async () => {
      await Promise.all([kinesis.stop(), dynamodb.stop(), messaging.stop()]);
    },
  };
}
