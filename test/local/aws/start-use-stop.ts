import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import {
  CreateQueueCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { startEmbeddedAws } from '../../../lib/local/aws/embedded.ts';

/** Uses the embedded AWS as a Lambda worker does, through clients without arguments, and tells what it got. */
const aws = await startEmbeddedAws();
Object.assign(process.env, aws.env);
const dynamodb = new DynamoDBClient({});
const sqs = new SQSClient({});

const { TableNames: tables } = await dynamodb.send(new ListTablesCommand({}));
const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: 'q' }));
await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'hello' }));
const { Messages: messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl }));

// The connections of these two clients are left to the servers' end.
await aws.stop();
process.stdout.write(JSON.stringify({ tables, messages: messages?.map((message) => message.Body) }));
