import { LOCAL_REGION } from '../constants.ts';
import type { Change } from './capture.ts';
import type { Image } from './image.ts';
import { sameImage } from './image.ts';
import { imageBytes } from './image-size.ts';

/** What of an item its stream's records hold. */
export const VIEW_TYPES = ['KEYS_ONLY', 'NEW_IMAGE', 'OLD_IMAGE', 'NEW_AND_OLD_IMAGES'] as const;
export type StreamViewType = (typeof VIEW_TYPES)[number];

/** A record of a stream, in the JSON of GetRecords. */
export interface StreamRecord {
  readonly eventID: string;
  readonly eventName: 'INSERT' | 'MODIFY' | 'REMOVE';
  readonly eventVersion: '1.1';
  readonly eventSource: 'aws:dynamodb';
  readonly awsRegion: string;
  /** Who deleted it, if it was time to live. */
  readonly userIdentity?: { readonly Type: 'Service'; readonly PrincipalId: 'dynamodb.amazonaws.com' };
  readonly dynamodb: {
    /** Seconds since 1970, whole: DynamoDB rounds too. */
    readonly ApproximateCreationDateTime: number;
    readonly Keys: Image;
    readonly NewImage?: Image;
    readonly OldImage?: Image;
    readonly SequenceNumber: string;
    readonly SizeBytes: number;
    readonly StreamViewType: StreamViewType;
  };
}

/** What the record's stream and its place in it decide. */
export interface RecordContext {
  readonly viewType: StreamViewType;
  readonly keyNames: readonly string[];
  readonly eventId: string;
  readonly sequenceNumber: string;
  readonly nowMs: number;
}

/** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/time-to-live-ttl-streams.html */
const TIME_TO_LIVE = { Type: 'Service', PrincipalId: 'dynamodb.amazonaws.com' } as const;

/** Whether a write changed the item: one that does not makes no record (DynamoDB developer guide, "Streams"). */
export function isChange({ before, after }: Change): boolean {
  if (before && after) return !sameImage(before, after);
  return before !== after;
}

/** The attributes of an item that identify it. */
export function keysOf(change: Change, keyNames: readonly string[]): Image {
  const item = change.after ?? change.before ?? {};
  return Object.fromEntries(
    keyNames.flatMap((name) => {
      const value = item[name];
      return value ? [[name, value]] : [];
    }),
  );
}

/** The record of a write that changed an item. */
export function streamRecord(change: Change, context: RecordContext): StreamRecord {
  const { viewType, keyNames, eventId, sequenceNumber, nowMs } = context;
  const keys = keysOf(change, keyNames);
  const newImage = viewType === 'NEW_IMAGE' || viewType === 'NEW_AND_OLD_IMAGES' ? change.after : undefined;
  const oldImage = viewType === 'OLD_IMAGE' || viewType === 'NEW_AND_OLD_IMAGES' ? change.before : undefined;
  return {
    eventID: eventId,
    eventName: eventName(change),
    eventVersion: '1.1',
    eventSource: 'aws:dynamodb',
    awsRegion: LOCAL_REGION,
    ...(change.expired && { userIdentity: TIME_TO_LIVE }),
    dynamodb: {
      ApproximateCreationDateTime: Math.floor(nowMs / 1_000),
      Keys: keys,
      ...(newImage && { NewImage: newImage }),
      ...(oldImage && { OldImage: oldImage }),
      SequenceNumber: sequenceNumber,
      SizeBytes:
        imageBytes(keys) + (newImage ? imageBytes(newImage) : 0) + (oldImage ? imageBytes(oldImage) : 0),
      StreamViewType: viewType,
    },
  };
}

function eventName({ before, after }: Change): StreamRecord['eventName'] {
  if (!before) return 'INSERT';
  return after ? 'MODIFY' : 'REMOVE';
}
