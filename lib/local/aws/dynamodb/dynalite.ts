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
  readonly db: { close(answer: Answer<void>): void };
}

interface Store {
  create(options: { createTableMs: number; deleteTableMs: number; updateTableMs: number }): DynaliteStore;
  itemSize(item: Image): number;
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

/** The size of an item in bytes, by DynamoDB's rules. */
export const itemSize = (item: Image): number => stores.itemSize(item);

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
