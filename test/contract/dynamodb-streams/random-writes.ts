import {
  DeleteItemCommand,
  PutItemCommand,
  UpdateItemCommand,
  type AttributeValue,
} from '@aws-sdk/client-dynamodb';
import fc from 'fast-check';
import { key, type DynamoDb } from '../../local/aws/dynamodb/setup.ts';

/** One write to one of few items. */
export type Write =
  | { readonly kind: 'put'; readonly pk: string; readonly attributes: Attributes; readonly onlyNew: boolean }
  | { readonly kind: 'delete'; readonly pk: string; readonly onlyOld: boolean }
  | {
      readonly kind: 'set' | 'add' | 'take';
      readonly pk: string;
      readonly name: string;
      readonly value: AttributeValue;
    }
  | { readonly kind: 'remove'; readonly pk: string; readonly name: string };

type Attributes = Readonly<Record<string, AttributeValue>>;

/** Carries a write out; what became of it: `done`, or the name of the error. */
export async function apply(db: DynamoDb, table: string, write: Write): Promise<string> {
  try {
    await send(db, table, write);
    return 'done';
  } catch (error) {
    return (error as Error).name;
  }
}

function send(db: DynamoDb, table: string, write: Write): Promise<unknown> {
  switch (write.kind) {
    case 'put':
      return db.items.send(
        new PutItemCommand({
          TableName: table,
          Item: { ...write.attributes, ...key(write.pk) },
          ...(write.onlyNew && { ConditionExpression: 'attribute_not_exists(pk)' }),
        }),
      );
    case 'delete':
      return db.items.send(
        new DeleteItemCommand({
          TableName: table,
          Key: key(write.pk),
          ...(write.onlyOld && { ConditionExpression: 'attribute_exists(pk)' }),
        }),
      );
    case 'remove':
      return update(db, table, write.pk, 'REMOVE #name', write.name);
    case 'set':
      return update(db, table, write.pk, 'SET #name = :value', write.name, write.value);
    case 'add':
      return update(db, table, write.pk, 'ADD #name :value', write.name, write.value);
    case 'take':
      return update(db, table, write.pk, 'DELETE #name :value', write.name, write.value);
  }
}

function update(
  db: DynamoDb,
  table: string,
  pk: string,
  expression: string,
  name: string,
  value?: AttributeValue,
): Promise<unknown> {
  return db.items.send(
    new UpdateItemCommand({
      TableName: table,
      Key: key(pk),
      UpdateExpression: expression,
      ExpressionAttributeNames: { '#name': name },
      ...(value && { ExpressionAttributeValues: { ':value': value } }),
    }),
  );
}

// Few of each, so that writes meet what is there: the same value again, another spelling of it, another type.
const text = fc.constantFrom('', 'a', 'ü', '1');
const number = fc.constantFrom('0', '-0.0', '1', '1.0', '10', '1E1', '0.5', '-12.25', '12345678901234567890');
const bytes = fc.constantFrom([], [0], [255, 1]).map((list) => Uint8Array.from(list));
// DynamoDB Local keeps "1E1" as it came within sets, lists and maps and in updates, where AWS writes 10 wherever a number
// stands: only numbers that are as both write them go there.
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html
const plainNumber = fc.constantFrom('0', '1', '10', '-12.25', '100', '0.05', '1234.5', '99999');
const set = <T>(member: fc.Arbitrary<T>, name: (value: T) => string): fc.Arbitrary<T[]> =>
  fc.uniqueArray(member, { minLength: 1, maxLength: 3, selector: name });

const stringSet = set(fc.constantFrom('a', 'b', 'c'), String).map((SS): AttributeValue => ({ SS }));
const numberSet = set(plainNumber, String).map((NS): AttributeValue => ({ NS }));
const byteSet = set(
  bytes.filter(({ length }) => length > 0),
  String,
).map((BS): AttributeValue => ({ BS }));

/** Any value but a number. */
const { other } = fc.letrec<{ other: AttributeValue; nested: AttributeValue }>((tie) => ({
  other: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    text.map((S): AttributeValue => ({ S })),
    bytes.map((B): AttributeValue => ({ B })),
    fc.boolean().map((BOOL): AttributeValue => ({ BOOL })),
    fc.constant<AttributeValue>({ NULL: true }),
    stringSet,
    numberSet,
    byteSet,
    fc.array(tie('nested'), { maxLength: 3 }).map((L): AttributeValue => ({ L })),
    fc.dictionary(fc.constantFrom('x', 'y'), tie('nested')).map((M): AttributeValue => ({ M })),
  ),
  nested: fc.oneof(
    tie('other'),
    plainNumber.map((N): AttributeValue => ({ N })),
  ),
}));

const value = fc.oneof(
  other,
  plainNumber.map((N): AttributeValue => ({ N })),
);

const spelt = number.map((N): AttributeValue => ({ N }));
const pk = fc.constantFrom('a', 'b');
const name = fc.constantFrom('p', 'q', 'ü');

const write: fc.Arbitrary<Write> = fc.oneof(
  fc.record({
    kind: fc.constant('put' as const),
    pk,
    attributes: fc.dictionary(name, fc.oneof(value, spelt)),
    onlyNew: fc.boolean(),
  }),
  fc.record({ kind: fc.constant('delete' as const), pk, onlyOld: fc.boolean() }),
  fc.record({ kind: fc.constant('remove' as const), pk, name }),
  fc.record({ kind: fc.constant('set' as const), pk, name, value }),
  fc.record({
    kind: fc.constant('add' as const),
    pk,
    name,
    value: fc.oneof(
      plainNumber.map((N): AttributeValue => ({ N })),
      stringSet,
      numberSet,
    ),
  }),
  fc.record({ kind: fc.constant('take' as const), pk, name, value: fc.oneof(stringSet, numberSet, byteSet) }),
);

/** Up to twenty writes to two items. */
export const anyWrites: fc.Arbitrary<Write[]> = fc.array(write, { minLength: 1, maxLength: 20 });
