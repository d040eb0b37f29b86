import type { _Record, Identity } from '@aws-sdk/client-dynamodb-streams';
import type { JsonImage } from './attribute-value.ts';
import { jsonImage } from './attribute-value.ts';
import type { StreamRecord } from './source.ts';

/**
 * Makes the event record that Lambda makes of a record of a DynamoDB stream.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html, "Example event"
 */
export function dynamoDbRecord(record: _Record, streamArn: string): StreamRecord {
  const { dynamodb = {}, userIdentity } = record;
  const { SequenceNumber: sequenceNumber = '', Keys, NewImage, OldImage } = dynamodb;
  const arrivalMs = dynamodb.ApproximateCreationDateTime?.getTime() ?? 0;
  const keys = Keys && jsonImage(Keys);
  const event = {
    eventID: record.eventID,
    eventName: record.eventName,
    eventVersion: record.eventVersion,
    eventSource: record.eventSource,
    awsRegion: record.awsRegion,
    dynamodb: {
      ApproximateCreationDateTime: arrivalMs / 1_000,
      ...(keys && { Keys: keys }),
      ...(NewImage && { NewImage: jsonImage(NewImage) }),
      ...(OldImage && { OldImage: jsonImage(OldImage) }),
      SequenceNumber: sequenceNumber,
      SizeBytes: dynamodb.SizeBytes,
      StreamViewType: dynamodb.StreamViewType,
    },
    ...(userIdentity && { userIdentity: identity(userIdentity) }),
    eventSourceARN: streamArn,
  };
  return {
    sequenceNumber,
    arrivalMs,
    orderKey: itemKey(keys ?? {}),
    event,
    bytes: Buffer.byteLength(JSON.stringify(event)),
  };
}

/** The same text for the same item, in whatever order the service lists its keys. */
function itemKey(keys: JsonImage): string {
  return JSON.stringify(Object.entries(keys).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Who deleted the item, if it was the service: the event spells the members in lower case. */
function identity({ Type, PrincipalId }: Identity): {
  type: string | undefined;
  principalId: string | undefined;
} {
  return { type: Type, principalId: PrincipalId };
}
