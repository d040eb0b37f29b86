import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTable, startForTest, type DynamoDb } from '../../local/aws/dynamodb/setup.ts';
import { dynamoDbLocalHome, startDynamoDbLocal } from './dynamodb-local.ts';
import { anyWrites, apply, type Write } from './random-writes.ts';
import { imageText, plain, recordsOf, type PlainRecord } from './read.ts';
import { SCENARIOS } from './scenarios.ts';

const home = dynamoDbLocalHome();
if (home === undefined)
  console.log(
    'Not compared with DynamoDB Local: it is not here. Run .ci/dynamodb-local, which needs Java, first.',
  );

let ours: DynamoDb;
let local: DynamoDb | undefined;

beforeAll(async () => {
  [ours, local] = await Promise.all([
    startForTest(),
    home === undefined ? undefined : startDynamoDbLocal(home),
  ]);
}, 90_000);

afterAll(async () => {
  await Promise.all([ours.stop(), local?.stop()]);
});

describe('DynamoDB Streams', () => {
  it.each(SCENARIOS.map((scenario, index) => ({ ...scenario, table: `scenario-${index}` })))(
    '$name',
    async ({ run, table, expected }) => {
      const [here, there] = await Promise.all([run(ours, table), local && run(local, table)]);
      expect(here).toEqual(expected);
      if (local) expect(there).toEqual(here);
    },
  );
});

describe('any writes', () => {
  it('make the same records as in DynamoDB Local, of which each continues the one before', async () => {
    let tables = 0;
    const play = async (db: DynamoDb, table: string, writes: readonly Write[]) => {
      const arn = await createTable(db, table, 'NEW_AND_OLD_IMAGES');
      const answers: string[] = [];
      for (const write of writes) answers.push(await apply(db, table, write));
      return { answers, records: (await recordsOf(db, arn)).map(plain) };
    };
    await fc.assert(
      fc.asyncProperty(anyWrites, async (writes) => {
        const table = `any-${tables++}`;
        const [here, there] = await Promise.all([
          play(ours, table, writes),
          local && play(local, table, writes),
        ]);
        expectContinuous(here.records);
        if (there) expect(here).toEqual(there);
      }),
      { numRuns: 40 },
    );
  }, 60_000);
});

/** Each record's old image is what the record before left of its item. */
function expectContinuous(records: readonly PlainRecord[]): void {
  const left = new Map<string, string | undefined>();
  for (const { event, keys, oldImage, newImage } of records) {
    expect(oldImage).toBe(left.get(keys));
    expect(newImage).not.toBe(oldImage);
    expect(event).toBe(oldImage === undefined ? 'INSERT' : newImage === undefined ? 'REMOVE' : 'MODIFY');
    left.set(keys, newImage);
  }
  expect(imageText(undefined)).toBeUndefined();
}
