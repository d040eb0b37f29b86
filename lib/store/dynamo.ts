import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Retry } from './retry.ts';

/** All that the stores need of the SDK's client. */
export type Dynamo = Pick<DynamoDBClient, 'send'>;

/** What every store needs of the outside world. */
export interface DynamoOptions {
  readonly client: Dynamo;
  readonly table: string;
  /** How persistently calls are made; a few times, unless given. */
  readonly retry?: Retry;
}
