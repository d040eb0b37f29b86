import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { Quarantined } from '../quarantine/rejection.ts';
import type { ItemKey } from '../store/keys.ts';
import type { Item } from '../store/pane-item.ts';

/** A change of an item, as a DynamoDB stream tells it. */
export interface ItemChange {
  readonly name: 'INSERT' | 'MODIFY' | 'REMOVE';
  readonly key: ItemKey;
  /** The item after the change; `undefined` after a removal. Binary attributes are base64 text. */
  readonly item: Item | undefined;
  /** The item before the change; `undefined` before an insertion. */
  readonly before: Item | undefined;
  readonly sequence: string;
}

/** A DynamoDB stream's Lambda event taken apart. */
export interface DecodedChanges {
  readonly changes: readonly ItemChange[];
  readonly quarantined: readonly Quarantined[];
}

interface LooseRecord {
  readonly eventSource?: unknown;
  readonly eventName?: unknown;
  readonly dynamodb?: {
    readonly Keys?: Readonly<Record<string, AttributeValue | undefined>>;
    readonly NewImage?: Item;
    readonly OldImage?: Item;
    readonly SequenceNumber?: unknown;
  };
}

/**
 * Takes a Lambda event of a DynamoDB stream apart. Never throws: whatever is not a change of one of weir's items comes
 * back for quarantine. https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html
 */
export function decodeStreamEvent(event: unknown): DecodedChanges {
  const records: unknown =
    typeof event === 'object' && event !== null && 'Records' in event ? event.Records : undefined;
  if (!Array.isArray(records)) {
    return {
      changes: [],
      quarantined: [
        setAside(event, 'unknown-source', 'the event has no Records; this function reads a DynamoDB stream'),
      ],
    };
  }
  if (records.length === 0) {
    return { changes: [], quarantined: [setAside(event, 'empty-event', 'the event has no record in it')] };
  }
  const changes: ItemChange[] = [];
  const quarantined: Quarantined[] = [];
  for (const record of records as unknown[]) {
    const change = readChange(record);
    if ('reason' in change) quarantined.push(change);
    else changes.push(change);
  }
  return { changes, quarantined };
}

function readChange(record: unknown): ItemChange | Quarantined {
  const { eventSource, eventName, dynamodb } = (record ?? {}) as LooseRecord;
  if (eventSource !== 'aws:dynamodb') {
    return setAside(
      record,
      'unknown-source',
      `the record comes from ${JSON.stringify(eventSource ?? null)}, not from aws:dynamodb`,
    );
  }
  const [pk, sk, sequence] = [dynamodb?.Keys?.pk?.S, dynamodb?.Keys?.sk?.S, dynamodb?.SequenceNumber];
  const named = eventName === 'INSERT' || eventName === 'MODIFY' || eventName === 'REMOVE';
  if (!named || typeof pk !== 'string' || typeof sk !== 'string' || typeof sequence !== 'string') {
    return setAside(
      record,
      'not-a-record',
      'the record lacks its event name, keys pk and sk, or sequence number',
    );
  }
  return {
    name: eventName,
    key: { pk, sk },
    item: dynamodb?.NewImage,
    before: dynamodb?.OldImage,
    sequence,
  };
}

function setAside(part: unknown, reason: Quarantined['reason'], detail: string): Quarantined {
  return {
    reason,
    detail,
    origin: { source: 'invocation' },
    bytes: Buffer.from(JSON.stringify(part ?? null)),
  };
}
