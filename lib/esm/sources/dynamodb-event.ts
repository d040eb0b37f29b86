import type { _Record, Identity } from '@aws-sdk/client-dynamodb-streams';
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
  const event = {
    eventID: record.eventID,
    eventName: record.eventName,
    eventVersion: record.eventVersion,
    eventSource: record.eventSource,
    awsRegion: record.awsRegion,
    dynamodb: {
      ApproximateCreationDateTime: arrivalMs / 1_000,
      ...(Keys && { Keys: jsonImage(Keys) }),
      ...(NewImage && { NewImage: jsonImage(NewImage) }),
      ...(OldImage && { OldImage: jsonImage(OldImage) }),
      SequenceNumber: sequenceNumber,
      SizeBytes: dynamodb.SizeBytes,
      StreamViewType: dynamodb.StreamViewType,
    },
    ...(userIdentity && { userIdentity: identity(userIdentity) }),
    eventSourceARN: streamArn,
  };
  return { sequenceNumber, arrivalMs, event, bytes: Buffer.byteLength(JSON.stringify(event)) };
}

/** Who deleted the item, if it was the service: the event spells the members in lower case. */
function identity({ Type, PrincipalId }: Identity): {
  type: string | undefined;
  principalId: string | undefined;
} {
  return { type: Type, principalId: PrincipalId };
}
