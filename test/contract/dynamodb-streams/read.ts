import {
  DescribeStreamCommand,
  GetRecordsCommand,
  GetShardIteratorCommand,
  type _Record,
  type AttributeValue,
  type Shard,
} from '@aws-sdk/client-dynamodb-streams';
import type { DynamoDb } from '../../local/aws/dynamodb/setup.ts';

/** A record without what is another each time: its id, its sequence number and its time. */
export interface PlainRecord {
  readonly event: string | undefined;
  readonly keys: string;
  readonly oldImage: string | undefined;
  readonly newImage: string | undefined;
  readonly bytes: number | undefined;
  readonly view: string | undefined;
  readonly by: string | undefined;
}

/** All shards of a stream, page by page. */
export async function shardsOf(db: DynamoDb, arn: string, limit = 100): Promise<Shard[]> {
  const shards: Shard[] = [];
  let last: string | undefined;
  do {
    const { StreamDescription: page } = await db.streams.send(
      new DescribeStreamCommand({
        StreamArn: arn,
        Limit: limit,
        ...(last !== undefined && { ExclusiveStartShardId: last }),
      }),
    );
    shards.push(...(page?.Shards ?? []));
    last = page?.LastEvaluatedShardId;
  } while (last !== undefined);
  return shards;
}

/** All records of a stream, parents before children, in order within a shard. */
export async function recordsOf(db: DynamoDb, arn: string): Promise<_Record[]> {
  const records: _Record[] = [];
  for (const { ShardId: shardId } of await shardsOf(db, arn)) {
    const { ShardIterator: first } = await db.streams.send(
      new GetShardIteratorCommand({ StreamArn: arn, ShardId: shardId, ShardIteratorType: 'TRIM_HORIZON' }),
    );
    records.push(...(await readOn(db, first)));
  }
  return records;
}

/** What a shard has from an iterator on, until there is nothing more. */
export async function readOn(db: DynamoDb, first: string | undefined, limit = 1_000): Promise<_Record[]> {
  const records: _Record[] = [];
  for (let iterator = first; iterator !== undefined;) {
    const page = await db.streams.send(new GetRecordsCommand({ ShardIterator: iterator, Limit: limit }));
    if (!page.Records?.length) return records;
    records.push(...page.Records);
    iterator = page.NextShardIterator;
  }
  return records;
}

export function plain({ eventName, dynamodb, userIdentity }: _Record): PlainRecord {
  return {
    event: eventName,
    keys: imageText(dynamodb?.Keys) ?? '',
    oldImage: imageText(dynamodb?.OldImage),
    newImage: imageText(dynamodb?.NewImage),
    bytes: dynamodb?.SizeBytes,
    view: dynamodb?.StreamViewType,
    by: userIdentity && `${userIdentity.Type ?? ''} ${userIdentity.PrincipalId ?? ''}`,
  };
}

type Image = Readonly<Record<string, AttributeValue>>;

/** An item as text in which the order of attributes, and of the members of a set, makes no difference. */
export function imageText(image: Image | undefined): string | undefined {
  return image && JSON.stringify(ordered(image));
}

function ordered(image: Image): object {
  const names = Object.keys(image).toSorted();
  return Object.fromEntries(names.map((name) => [name, orderedValue(image[name]!)]));
}

function orderedValue(value: AttributeValue): unknown {
  if (value.M) return { M: ordered(value.M) };
  if (value.L) return { L: value.L.map(orderedValue) };
  if (value.SS) return { SS: value.SS.toSorted() };
  if (value.NS) return { NS: value.NS.toSorted() };
  if (value.BS) return { BS: value.BS.map(hex).toSorted() };
  if (value.B) return { B: hex(value.B) };
  return value;
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
