import { setTimeout as sleep } from 'node:timers/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { NodeHttpHandlerOptions } from '@smithy/node-http-handler';
import type { Pacer } from '../store/pacer.ts';
import { Retry } from '../store/retry.ts';

/** What an invocation knows of its own end. */
export interface InvocationContext {
  readonly getRemainingTimeInMillis: () => number;
}

// A call that has no answer after so long is made again; without a bound, one that hangs takes the invocation with it.
const CALL_MS = 2_000;
// A write that begins last takes one call's time, what is left out and the lane's progress one each, and the report
// has to leave in time.
const WRITES_END_MS = 3 * CALL_MS + 1_000;
const CALLS_END_MS = 2 * CALL_MS + 1_000;

/** For SDK clients: calls that end in time. */
export const callsThatEnd: NodeHttpHandlerOptions = {
  connectionTimeout: CALL_MS / 2,
  requestTimeout: CALL_MS,
  // The one above is over when an answer begins.
  socketTimeout: CALL_MS,
  throwOnRequestTimeout: true,
};

/** A DynamoDB client whose calls end in time. It leaves trying again to {@link Retry}, which knows the invocation's end. */
export function dynamoClient(): DynamoDBClient {
  return new DynamoDBClient(triedOnce);
}

/** For SDK clients of queues and topics, whose calls are made again by {@link Retry} too. */
export const triedOnce = { maxAttempts: 1, requestHandler: callsThatEnd };

/**
 * Whether an invocation has time for another write. Writes end early enough for what is left to be reported, so that Lambda
 * brings it again, instead of being ended in the middle of it.
 */
export function writesIn({ getRemainingTimeInMillis }: InvocationContext): () => boolean {
  return () => getRemainingTimeInMillis() > WRITES_END_MS;
}

/** Waits so many ms, but no longer than the invocation has time for calls. */
export function pauseIn({ getRemainingTimeInMillis }: InvocationContext): (ms: number) => Promise<unknown> {
  return (ms) => sleep(Math.max(0, Math.min(ms, getRemainingTimeInMillis() - CALLS_END_MS)));
}

/**
 * Calls are made again for as long as the invocation has time.
 *
 * @param pacer what earlier invocations of the same environment have learnt of the table's throttling
 */
export function retryIn({ getRemainingTimeInMillis }: InvocationContext, pacer: Pacer): Retry {
  return new Retry({
    attempts: Infinity,
    mayGoOn: () => getRemainingTimeInMillis() > CALLS_END_MS,
    pacer,
  });
}
