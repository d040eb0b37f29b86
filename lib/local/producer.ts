import { setTimeout as delay } from 'node:timers/promises';
import {
  PutRecordsCommand,
  type KinesisClient,
  type PutRecordsCommandOutput,
  type PutRecordsRequestEntry,
} from '@aws-sdk/client-kinesis';
import { isThrottle } from '../store/retry.ts';

/** Records that Kinesis kept refusing. */
export class ProducerError extends Error {
  override readonly name = 'ProducerError';
}

/** A record to put. */
export interface Outgoing {
  readonly partitionKey: string;
  readonly data: string | Uint8Array;
}

// https://docs.aws.amazon.com/kinesis/latest/APIReference/API_PutRecords.html
const MOST_RECORDS = 500;
const MOST_ATTEMPTS = 10;
const FIRST_DELAY_MS = 50;

/**
 * Puts records as a producer should: 500 a call, and of a call that succeeds in part, the refused entries again, before
 * anything that comes after them. A call that is throttled refuses all of its entries.
 *
 * @param onPut told how many records each call put
 * @param sleep waits for so many ms
 * @returns how many entries had to be put again
 * @throws {ProducerError} if entries are refused ten times in a row
 */
export async function putRecords(
  client: KinesisClient,
  stream: string,
  records: Iterable<Outgoing>,
  onPut: (records: number) => void,
  sleep: (ms: number) => Promise<void> = delay,
): Promise<number> {
  let again = 0;
  let entries: PutRecordsRequestEntry[] = [];
  const flush = async (): Promise<void> => {
    again += await putAll(client, stream, entries, onPut, sleep);
    entries = [];
  };
  for (const { partitionKey, data } of records) {
    entries.push({ PartitionKey: partitionKey, Data: typeof data === 'string' ? Buffer.from(data) : data });
    if (entries.length === MOST_RECORDS) await flush();
  }
  if (entries.length > 0) await flush();
  return again;
}

async function putAll(
  client: KinesisClient,
  stream: string,
  entries: readonly PutRecordsRequestEntry[],
  onPut: (records: number) => void,
  sleep: (ms: number) => Promise<void>,
): Promise<number> {
  let left = [...entries];
  let again = 0;
  for (let attempt = 1; left.length > 0; attempt++) {
    const codes = codesOf(await putOnce(client, stream, left), left.length);
    const refused = left.filter((_, i) => codes[i] !== undefined);
    onPut(left.length - refused.length);
    again += refused.length;
    left = refused;
    if (left.length === 0) break;
    if (attempt === MOST_ATTEMPTS) {
      const code = codes.find((one) => one !== undefined) ?? '';
      throw new ProducerError(
        `Kinesis refused ${left.length} records ${MOST_ATTEMPTS} times (${code}); the stream needs more shards`,
      );
    }
    await sleep(FIRST_DELAY_MS * 2 ** attempt);
  }
  return again;
}

/** @returns the answer, or the error by which all entries were refused */
async function putOnce(
  client: KinesisClient,
  stream: string,
  entries: PutRecordsRequestEntry[],
): Promise<PutRecordsCommandOutput | Error> {
  try {
    return await client.send(new PutRecordsCommand({ StreamName: stream, Records: entries }));
  } catch (error) {
    if (error instanceof Error && isThrottle(error)) return error;
    throw error;
  }
}

/** Why each entry was refused; undefined for those that were put. */
function codesOf(answer: PutRecordsCommandOutput | Error, count: number): (string | undefined)[] {
  if (answer instanceof Error) return Array.from({ length: count }, () => answer.name);
  return Array.from({ length: count }, (_, i) => answer.Records?.[i]?.ErrorCode);
}
