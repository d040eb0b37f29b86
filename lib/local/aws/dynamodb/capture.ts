import type { ItemStore, Release } from './dynalite.ts';
import type { Image } from './image.ts';

/** An item as it was before and after one write; absent where it did not exist. */
export interface Change {
  readonly before: Image | undefined;
  readonly after: Image | undefined;
  /** Whether time to live deleted it, and not a client. */
  readonly expired?: true;
}

/** Called once per write, with the key under which the store has the item. */
export type Report = (change: Change, key: string) => void;

/** One table's items, whose every write is reported. */
export interface CapturedItems extends ItemStore {
  /** As `del`, for time to live. */
  expire: ItemStore['del'];
}

/** An error of dynalite's to which the item that failed the condition has been tied. */
export interface ConditionFailure {
  statusCode?: number;
  body?: { __type?: string };
  item?: Image;
}

/**
 * Wraps one table's items so that every write is reported with both images.
 *
 * dynalite reads, judges the condition and writes one item under a lock per item, whatever the operation
 * (PutItem, UpdateItem, DeleteItem, each request of BatchWriteItem). Capturing beneath that lock gives the exact
 * images and the order per item without a second read or a second lock:
 *
 *     lock(key) ── get(key) ── condition ── put(key) ──▶ report(before, after) ── release, answer
 *                     │            └─ fails ──────────▶ the item seen goes with the error
 *                     └ remembered until the release
 *
 * @param inner - the table's items
 * @param report - called once per write, in the order of the writes per item, before the writer is answered
 */
export function capture(inner: ItemStore, report: Report): CapturedItems {
  const seen = new Map<string, Image | undefined>();

  const lock: ItemStore['lock'] = (key, work) => {
    inner.lock(key, (release) => {
      seen.set(key, undefined);
      const releaseAndForget: Release = (answer) =>
        release((error, value) => {
          if (isConditionFailure(error)) attachItem(error, seen.get(key));
          seen.delete(key);
          answer(error, value);
        });
      work(releaseAndForget);
    });
  };

  const get: ItemStore['get'] = (key, answer) => {
    inner.get(key, (error, item) => {
      if (seen.has(key)) seen.set(key, item);
      answer(error, item);
    });
  };

  const put: ItemStore['put'] = (key, item, answer) => {
    const change = { before: seen.get(key), after: item };
    inner.put(key, item, (error) => {
      if (!error) report(change, key);
      answer(error);
    });
  };

  const deleteAs =
    (who: Pick<Change, 'expired'>): ItemStore['del'] =>
    (key, answer) => {
      const change = { before: seen.get(key), after: undefined, ...who };
      inner.del(key, (error) => {
        if (!error) report(change, key);
        answer(error);
      });
    };

  return { ...inner, lock, get, put, del: deleteAs({}), expire: deleteAs({ expired: true }) };
}

function isConditionFailure(error: unknown): error is ConditionFailure {
  const type = (error as ConditionFailure | null | undefined)?.body?.__type;
  return type?.endsWith('#ConditionalCheckFailedException') ?? false;
}

function attachItem(error: ConditionFailure, item: Image | undefined): void {
  if (item) error.item = item;
}
