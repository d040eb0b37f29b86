import type { Item } from '../../lib/store/pane-item.ts';

/** A change of an item, as it stands in the Lambda event of a DynamoDB stream. */
export function changeRecord(
  n: number,
  eventName: 'INSERT' | 'MODIFY' | 'REMOVE',
  key: { readonly pk: string; readonly sk: string },
  item?: Item,
) {
  return {
    eventID: `change-${n}`,
    eventName,
    eventSource: 'aws:dynamodb',
    eventSourceARN: 'arn:aws:dynamodb:us-east-1:000000000000:table/aggregates/stream/2024',
    dynamodb: {
      Keys: { pk: { S: key.pk }, sk: { S: key.sk } },
      ...(item && eventName !== 'REMOVE' ? { NewImage: item } : {}),
      SequenceNumber: changeSequence(n),
      StreamViewType: 'NEW_AND_OLD_IMAGES',
    },
  };
}

export function changeSequence(n: number): string {
  return String(100_000_000_000_000_000_000n + BigInt(n));
}
