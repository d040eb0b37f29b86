import { createRequire } from 'node:module';
import type { Image } from './image.ts';

/*
 * dynalite without its HTTP server. Going through its actions costs a quarter of what a second HTTP hop does, and
 * lets writes be captured where the item is locked. What is used here is not public, so package.json pins 4.0.0.
 */

/** The operations that dynalite has. */
export const DYNALITE_OPERATIONS = [
  'BatchGetItem',
  'BatchWriteItem',
  'CreateTable',
  'DeleteItem',
  'DeleteTable',
  'DescribeTable',
  'GetItem',
  'ListTables',
  'ListTagsOfResource',
  'PutItem',
  'Query',
  'Scan',
  'TagResource',
  'UntagResource',
  'UpdateItem',
  'UpdateTable',
] as const;
export type DynaliteOperation = (typeof DYNALITE_OPERATIONS)[number];

export type Answer<T> = (error: Error | null | undefined, value?: T) => void;
export type Release = (answer: Answer<unknown>) => Answer<unknown>;

/** The items of one table. */
export interface ItemStore {
  lock(key: string, work: (release: Release) => void): void;
  get(key: string, answer: Answer<Image>): void;
  put(key: string, item: Image, answer: Answer<void>): void;
  del(key: string, answer: Answer<void>): void;
}

/** What all tables are kept in. */
export interface DynaliteStore {
  getItemDb(tableName: string): ItemStore;
  getTable(tableName: string, answer: Answer<object>): void;
  readonly db: { close(answer: Answer<void>): void };
}

interface Store {
  create(options: { createTableMs: number; deleteTableMs: number; updateTableMs: number }): DynaliteStore;
  createKey(item: Image, table: object): string;
  updateIndexes(store: DynaliteStore, table: object, before: Image, after: null, answer: Answer<void>): void;
}

interface OperationTypes {
  readonly types: object;
  readonly custom?: object;
}

interface Validations {
  checkTypes(input: object, types: object): object;
  checkValidations(input: object, types: object, custom: object | undefined, store: DynaliteStore): void;
}

type Action = (store: DynaliteStore, input: object, answer: Answer<object>) => void;

const require = createRequire(import.meta.url);
const stores = require('dynalite/db') as Store;
const validations = require('dynalite/validations') as Validations;
const operations = new Map(
  DYNALITE_OPERATIONS.map((operation) => {
    const file = `${operation.slice(0, 1).toLowerCase()}${operation.slice(1)}`;
    const action = require(`dynalite/actions/${file}`) as Action;
    return [operation, { action, ...(require(`dynalite/validations/${file}`) as OperationTypes) }] as const;
  }),
);

/** An empty store in memory, whose tables are made and changed at once. */
export function createStore(): DynaliteStore {
  return stores.create({ createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });
}

/**
 * Checks the input as DynamoDB does and carries the operation out. The input is taken over and changed.
 * @throws what dynalite throws: an error with `statusCode` and `body` where it is an answer to the client
 */
export function perform(store: DynaliteStore, operation: DynaliteOperation, input: object): Promise<object> {
  return new Promise((resolve, reject) => {
    const known = operations.get(operation);
    if (!known) throw new Error(`dynalite has no ${operation}`);
    const checked = validations.checkTypes(input, known.types);
    validations.checkValidations(checked, known.types, known.custom, store);
    known.action(store, checked, (error, output) => {
      if (error) reject(error);
      else resolve(output ?? {});
    });
  });
}

/** All items of a table, each with the key under which it is stored. */
export async function allItems(
  store: DynaliteStore,
  tableName: string,
): Promise<readonly (readonly [string, Image])[]> {
  const table = await tableOf(store, tableName);
  const found: (readonly [string, Image])[] = [];
  let last: Image | undefined;
  do {
    const page = (await perform(store, 'Scan', {
      TableName: tableName,
      ...(last && { ExclusiveStartKey: last }),
    })) as { readonly Items: readonly Image[]; readonly LastEvaluatedKey?: Image };
    for (const item of page.Items) found.push([stores.createKey(item, table), item]);
    last = page.LastEvaluatedKey;
  } while (last !== undefined);
  return found;
}

/** Takes an item that is gone out of its table's indexes. */
export async function forgetInIndexes(store: DynaliteStore, tableName: string, item: Image): Promise<void> {
  const table = await tableOf(store, tableName);
  await new Promise<void>((resolve, reject) => {
    stores.updateIndexes(store, table, item, null, (error) => {
      if (error) reject(error);
      else resolve();
    });
  });
}

function tableOf(store: DynaliteStore, tableName: string): Promise<object> {
  return new Promise((resolve, reject) => {
    store.getTable(tableName, (error, table) => {
      if (table) resolve(table);
      else reject(error ?? new Error(`there is no table ${tableName}`));
    });
  });
}
