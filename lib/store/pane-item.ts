import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { isTotal, type Aggregate, type NamedMeasure } from '../pipeline/pipeline.ts';
import { paneItemKey } from './keys.ts';
import type { Closed, PaneRef, StoredPane } from './port.ts';

/** A DynamoDB item. */
export type Item = Record<string, AttributeValue>;

/** An item that weir did not write, or that was damaged. */
export class ItemError extends Error {
  override readonly name = 'ItemError';
}

/**
 * The item of a lane's pane. Value and high-water mark are in one item, so that one conditional write moves both.
 *
 * Attributes: `v` version, `n` records, `first` and `mark` sequence numbers, `m` accumulators by measure, `closed` the
 * sequence number from which on the lane's records are left out and `why` (`late` or `full`), both absent while the pane
 * is open, `expires` seconds since 1970 for DynamoDB's TTL.
 */
export function paneItem(ref: PaneRef, pane: StoredPane, now: number): Item {
  const { pk, sk } = paneItemKey(ref.aggregate, ref.key, ref.start, ref.lane);
  return {
    pk: { S: pk },
    sk: { S: sk },
    v: { N: String(pane.version) },
    n: { N: String(pane.records) },
    first: { S: pane.first },
    mark: { S: pane.mark },
    m: { M: pane.records === 0 ? {} : encodeAccs(ref.aggregate, pane.accs) },
    ...(pane.closed === undefined ? {} : { closed: { S: pane.closed.from }, why: { S: pane.closed.why } }),
    expires: { N: String(Math.ceil(expiresAt(ref, now) / 1000)) },
  };
}

/** Reads a lane's pane. @throws {ItemError} @throws {EncodingError} if the item is not one that weir wrote */
export function readPaneItem(aggregate: Aggregate, item: Item): StoredPane {
  return {
    accs: decodeAccs(aggregate, item),
    records: numberOf(item, 'n'),
    first: textOf(item, 'first'),
    mark: textOf(item, 'mark'),
    closed: closedOf(item),
    version: numberOf(item, 'v'),
  };
}

function closedOf(item: Item): Closed | undefined {
  if (item.closed === undefined) return undefined;
  return { from: textOf(item, 'closed'), why: item.why?.S === 'full' ? 'full' : 'late' };
}

/** Tells the item of a pane that all records came too late for: it is there to remember that, and holds nothing. */
export function isWithoutRecords(item: Item): boolean {
  return item.n?.N === '0';
}

/** Accumulators of a pane item; a measure that was added to the pipeline later is empty. */
export function decodeAccs(aggregate: Aggregate, item: Item): unknown[] {
  const stored = item.m?.M ?? {};
  return aggregate.measures.map((named) => {
    const bytes = stored[attributeOf(named)]?.B;
    return bytes === undefined ? named.measure.empty() : named.measure.decode(bytes);
  });
}

/** Accumulators as a pane item, or a tier's, holds them. */
export function encodeAccs(aggregate: Aggregate, accs: readonly unknown[]): Record<string, AttributeValue> {
  const encoded: Record<string, AttributeValue> = {};
  for (let i = 0; i < aggregate.measures.length; i++) {
    const named = aggregate.measures[i];
    if (named !== undefined) encoded[attributeOf(named)] = { B: named.measure.encode(accs[i]) };
  }
  return encoded;
}

// The kind is part of the name: a measure that becomes another kind begins anew, instead of reading foreign bytes.
function attributeOf({ name, measure }: NamedMeasure): string {
  return `${name}:${measure.kind}`;
}

/**
 * Until when a pane's item is kept, in ms. Counted from the write, not only from event time: replayed history must outlive
 * the moment it is written. A running total has no end, and is kept for as long as something comes within its retention.
 *
 * @param writtenAt time of the write, in ms
 */
export function expiresAt(
  { aggregate, start }: { readonly aggregate: Pick<Aggregate, 'pane' | 'retain'>; readonly start: number },
  writtenAt: number,
): number {
  const end = isTotal(aggregate) ? writtenAt : start + aggregate.pane;
  return Math.max(writtenAt, end) + aggregate.retain;
}

/** A text attribute. @throws {ItemError} */
export function textOf(item: Item, attribute: string): string {
  const text = item[attribute]?.S;
  if (text === undefined)
    throw new ItemError(
      `item ${nameOf(item)} has no text attribute '${attribute}'; was it written by something else?`,
    );
  return text;
}

/** A number attribute. @throws {ItemError} */
export function numberOf(item: Item, attribute: string): number {
  const text = item[attribute]?.N;
  if (text === undefined)
    throw new ItemError(
      `item ${nameOf(item)} has no number attribute '${attribute}'; was it written by something else?`,
    );
  return Number(text);
}

/** A binary attribute. @throws {ItemError} */
export function bytesOf(item: Item, attribute: string): Uint8Array {
  const bytes = item[attribute]?.B;
  if (bytes === undefined)
    throw new ItemError(
      `item ${nameOf(item)} has no binary attribute '${attribute}'; was it written by something else?`,
    );
  return bytes;
}

function nameOf(item: Item): string {
  return `(${item.pk?.S ?? '?'}, ${item.sk?.S ?? '?'})`;
}
