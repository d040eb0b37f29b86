import type { Change, ConditionFailure } from './capture.ts';
import { capture } from './capture.ts';
import type { DynaliteOperation, ItemStore } from './dynalite.ts';
import { createStore, perform } from './dynalite.ts';
import type { ApiErrorBody } from './errors.ts';
import { ApiError } from './errors.ts';

/** DynamoDB's tables and items, with each change reported. */
export interface Engine {
  /**
   * Carries out one operation; the input is taken over and changed.
   * @throws {ApiError} what DynamoDB would answer with status 400
   */
  call(operation: DynaliteOperation, input: object): Promise<object>;
  close(): Promise<void>;
}

/**
 * @param report - called with each write to an item, in order per item, before the writer is answered
 */
export function createEngine(report: (tableName: string, change: Change) => void): Engine {
  const store = createStore();
  const captured = new WeakMap<ItemStore, ItemStore>();
  const plainItems = store.getItemDb.bind(store);
  store.getItemDb = (tableName) => {
    const inner = plainItems(tableName);
    const known = captured.get(inner);
    if (known) return known;
    const items = capture(inner, (change) => {
      report(tableName, change);
    });
    captured.set(inner, items);
    return items;
  };

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
