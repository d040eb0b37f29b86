import { setTimeout as delay } from 'node:timers/promises';
import type {
  AttributeDefinition,
  CreateTableCommandInput,
  DynamoDBClient,
  KeySchemaElement,
  Projection,
  ProvisionedThroughput,
  StreamViewType,
  TableDescription,
} from '@aws-sdk/client-dynamodb';
import { CreateTableCommand, DescribeTableCommand, UpdateTimeToLiveCommand } from '@aws-sdk/client-dynamodb';
import type { CreationRequest, Creator } from './creator.ts';
import type { Properties } from './properties.ts';
import {
  objectList,
  optionalBoolean,
  optionalNumber,
  optionalObject,
  optionalString,
  requiredString,
} from './properties.ts';

const POLL_MS = 5;

/** AWS::DynamoDB::Table, with its stream, indexes and time to live. */
export const createDynamoDbTable: Creator = async (request) => {
  const { logicalId, type, clients, generatedName } = request;
  const name = optionalString(request, 'TableName') ?? generatedName;
  await clients.dynamodb.send(new CreateTableCommand(tableInput(request, name)));
  const table = await whenActive(clients.dynamodb, name);

  const timeToLive = optionalObject(request, 'TimeToLiveSpecification');
  if (timeToLive && optionalBoolean(timeToLive, 'Enabled')) {
    await clients.dynamodb.send(
      new UpdateTimeToLiveCommand({
        TableName: name,
        TimeToLiveSpecification: {
          Enabled: true,
          AttributeName: requiredString(timeToLive, 'AttributeName'),
        },
      }),
    );
  }
  return {
    logicalId,
    type,
    ref: name,
    attributes: {
      Arn: table.TableArn ?? '',
      ...(table.LatestStreamArn && { StreamArn: table.LatestStreamArn }),
    },
  };
};

function tableInput(request: CreationRequest, name: string): CreateTableCommandInput {
  const stream = optionalObject(request, 'StreamSpecification');
  const global = objectList(request, 'GlobalSecondaryIndexes');
  const local = objectList(request, 'LocalSecondaryIndexes');
  const throughput = throughputOf(request);
  return {
    TableName: name,
    BillingMode:
      optionalString(request, 'BillingMode') === 'PAY_PER_REQUEST' ? 'PAY_PER_REQUEST' : 'PROVISIONED',
    AttributeDefinitions: list<AttributeDefinition>(request, 'AttributeDefinitions'),
    KeySchema: list<KeySchemaElement>(request, 'KeySchema'),
    ...(throughput && { ProvisionedThroughput: throughput }),
    ...(global.length > 0 && { GlobalSecondaryIndexes: global.map(globalIndex) }),
    ...(local.length > 0 && { LocalSecondaryIndexes: local.map(index) }),
    ...(stream && {
      StreamSpecification: {
        StreamEnabled: true,
        StreamViewType: requiredString(stream, 'StreamViewType') as StreamViewType,
      },
    }),
  };
}

function globalIndex(from: Properties) {
  const throughput = throughputOf(from);
  return { ...index(from), ...(throughput && { ProvisionedThroughput: throughput }) };
}

function index(from: Properties) {
  return {
    IndexName: requiredString(from, 'IndexName'),
    KeySchema: list<KeySchemaElement>(from, 'KeySchema'),
    Projection: (optionalObject(from, 'Projection')?.properties ?? {}) as Projection,
  };
}

function throughputOf(from: Properties): ProvisionedThroughput | undefined {
  const throughput = optionalObject(from, 'ProvisionedThroughput');
  if (!throughput) return undefined;
  return {
    ReadCapacityUnits: optionalNumber(throughput, 'ReadCapacityUnits'),
    WriteCapacityUnits: optionalNumber(throughput, 'WriteCapacityUnits'),
  };
}

/** CloudFormation's members have the names of the API's, which checks what they hold. */
function list<T>(from: Properties, name: string): T[] {
  return objectList(from, name).map(({ properties }) => properties as T);
}

async function whenActive(dynamodb: DynamoDBClient, name: string): Promise<TableDescription> {
  for (;;) {
    const { Table: table } = await dynamodb.send(new DescribeTableCommand({ TableName: name }));
    if (table?.TableStatus === 'ACTIVE') return table;
    await delay(POLL_MS);
  }
}
