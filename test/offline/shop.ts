import { mkdir, mkdtemp, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ROOT, WORKSHOP } from './offline-process.ts';

/** A service that has nothing to do with weir: no bundler, and handlers of both module systems. */
const FILES = {
  'package.json': '{ "private": true }',
  'serverless.yml': `
service: shop
plugins: [weir/lib/offline/plugin.mjs, serverless-offline]
provider:
  name: aws
  runtime: nodejs22.x
  environment: { ORDERS: !Ref Orders, COPIES: !Ref Copies }
functions:
  fold:
    handler: src/fold.handler
    events:
      - stream: { type: kinesis, arn: !GetAtt Events.Arn, startingPosition: TRIM_HORIZON, batchSize: 10, functionResponseType: ReportBatchItemFailures }
  copy:
    handler: src/copy.handler
    events:
      - stream: { type: dynamodb, arn: !GetAtt Orders.StreamArn, startingPosition: TRIM_HORIZON }
  told:
    handler: src/told.handler
    events:
      - sns: { arn: !Ref News, topicName: shop-news }
  read:
    handler: src/read.handler
    events:
      - httpApi: { method: GET, path: '/orders/{id}', authorizer: { type: aws_iam } }
      - schedule: { rate: 'cron(0 3 * * ? *)', enabled: true }
resources:
  Resources:
    Events: { Type: AWS::Kinesis::Stream, Properties: { Name: shop-events, ShardCount: 1 } }
    Orders:
      Type: AWS::DynamoDB::Table
      Properties: &table
        AttributeDefinitions: [{ AttributeName: id, AttributeType: S }]
        KeySchema: [{ AttributeName: id, KeyType: HASH }]
        BillingMode: PAY_PER_REQUEST
        StreamSpecification: { StreamViewType: NEW_IMAGE }
    Copies: { Type: AWS::DynamoDB::Table, Properties: *table }
    News: { Type: AWS::SNS::Topic, Properties: { TopicName: shop-news } }
    Users: { Type: AWS::Cognito::UserPool } # which nothing here refers to
`,
  'src/fold.mjs': `
import { DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { by } from './by.mjs';
const client = new DynamoDBClient({});
export async function handler({ Records }) {
  const batchItemFailures = [];
  for (const { kinesis } of Records) {
    const id = Buffer.from(kinesis.data, 'base64').toString();
    // Fails once: what the first try answers has to be heeded.
    if (id.startsWith('again') && !globalThis.failed) {
      globalThis.failed = true;
      return { batchItemFailures: [{ itemIdentifier: kinesis.sequenceNumber }] };
    }
    await client.send(new UpdateItemCommand({
      TableName: process.env.ORDERS,
      Key: { id: { S: id } },
      UpdateExpression: 'ADD times :one SET #by = :by',
      ExpressionAttributeNames: { '#by': 'by' },
      ExpressionAttributeValues: { ':one': { N: '1' }, ':by': { S: by } },
    }));
  }
  return { batchItemFailures };
}
`,
  'src/by.mjs': `export const by = 'first';\n`,
  'src/copy.cjs': `
const { DynamoDBClient, PutItemCommand } = require('@aws-sdk/client-dynamodb');
const client = new DynamoDBClient({});
exports.handler = async ({ Records }) => {
  for (const { dynamodb } of Records)
    await client.send(new PutItemCommand({ TableName: process.env.COPIES, Item: dynamodb.NewImage }));
};
`,
  'src/told.js': `
const { DynamoDBClient, PutItemCommand } = require('@aws-sdk/client-dynamodb');
const client = new DynamoDBClient({});
module.exports.handler = async ({ Records: [{ EventSource, Sns }] }) => {
  const Item = { id: { S: Sns.Message }, times: { N: '1' }, by: { S: EventSource + ' ' + Sns.Subject } };
  await client.send(new PutItemCommand({ TableName: process.env.COPIES, Item }));
};
`,
  'src/read.mjs': `
import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
const client = new DynamoDBClient({});
export const handler = async ({ pathParameters: { id } }) => {
  const { Item } = await client.send(
    new GetItemCommand({ TableName: process.env.COPIES, Key: { id: { S: id } } }),
  );
  if (!Item) return { statusCode: 404, body: '{}' };
  return { statusCode: 200, body: JSON.stringify({ id, times: Number(Item.times.N), by: Item.by.S }) };
};
`,
};

/** Makes the service in a directory of its own. @returns the directory */
export async function makeShop(): Promise<string> {
  await mkdir(WORKSHOP, { recursive: true });
  const directory = await mkdtemp(join(WORKSHOP, 'shop-'));
  await mkdir(join(directory, 'src'));
  // As npm installs a package of a directory.
  await mkdir(join(directory, 'node_modules'));
  await symlink(ROOT, join(directory, 'node_modules', 'weir'));
  for (const [name, text] of Object.entries(FILES)) await writeFile(join(directory, name), text);
  return directory;
}
