import type { CapturedItems, Change, ConditionFailure } from './capture.ts';
import { capture } from './capture.ts';
import type { DynaliteOperation, DynaliteStore, ItemStore } from './dynalite.ts';
import { allItems, createStore, forgetInIndexes, perform } from './dynalite.ts';
import type { ApiErrorBody } from './errors.ts';
import { ApiError } from './errors.ts';
import type { Image } from './image.ts';

/** DynamoDB's tables and items, with each change reported. */
export interface Engine {
  /**
   * Carries out one operation; the input is taken over and changed.
   * @throws {ApiError} what DynamoDB would answer with status 400
   */
  call(operation: DynaliteOperation, input: object): Promise<object>;
  /** All items of a table, each with the key under which the store has it. */
  items(tableName: string): Promise<readonly (readonly [string, Image])[]>;
  /**
   * Deletes an item without a client's asking, unless it is no longer due: whoever wrote it meanwhile was first.
   * @param key - under which the store has it, as it was reported
   */
  expire(tableName: string, key: string, isDue: (item: Image) => boolean): Promise<void>;
  close(): Promise<void>;
}

/**
 * @param report - called with each write to an item, in order per item, before the writer is answered
 */
export function createEngine(report: (tableName: string, change: Change, key: string) => void): Engine {
  const store = createStore();
  const captured = new WeakMap<ItemStore, CapturedItems>();
  const plainItems = store.getItemDb.bind(store);
  const itemsOf = (tableName: string): CapturedItems => {
    const inner = plainItems(tableName);
    const known = captured.get(inner);
    if (known) return known;
    const items = capture(inner, (change, key) => {
      report(tableName, change, key);
    });
    captured.set(inner, items);
    return items;
  };
  store.getItemDb = itemsOf;

  return {
    call: async (operation, input) => {
      const wantsItem =
        'ReturnValuesOnConditionCheckFailure' in input &&
        input.ReturnValuesOnConditionCheckFailure === 'ALL_OLD';
      try {
        return await perform(store, operation, input);
      } catch (error) {
        throw apiError(error, wantsItem);
      }
    },
    items: (tableName) => allItems(store, tableName),
    expire: (tableName, key, isDue) => expire(store, itemsOf(tableName), { tableName, key, isDue }),
    close: () =>
      new Promise((resolve, reject) => {
        store.db.close((error) => {
          if (error) reject(error);
          else resolve();
        });
      }),
  };
}

/** dynalite does not know ReturnValuesOnConditionCheckFailure, so the item is added here. */
function apiError(error: unknown, wantsItem: boolean): unknown {
  const { statusCode, body, item } = error as ConditionFailure;
  if (statusCode === undefined || body === undefined) return error;
  const answer = body as ApiErrorBody;
  return new ApiError(wantsItem && item ? { ...answer, Item: item } : answer);
}

interface Due {
  readonly tableName: string;
  readonly key: string;
  readonly isDue: (item: Image) => boolean;
}

function expire(store: DynaliteStore, items: CapturedItems, { tableName, key, isDue }: Due): Promise<void> {
  return new Promise((resolve, reject) => {
    items.lock(key, (release) => {
      const answer = release((error) => {
        if (error instanceof Error) reject(error);
        else resolve();
      });
      items.get(key, (_, item) => {
        if (item === undefined || !isDue(item)) {
          answer(null);
          return;
        }
        forgetInIndexes(store, tableName, item).then(() => {
          items.expire(key, answer);
        }, answer);
      });
    });
  });
}
