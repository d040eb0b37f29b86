import type { KinesisClient, PutRecordsCommand } from '@aws-sdk/client-kinesis';
import { describe, expect, test } from 'vitest';
import { ProducerError, putRecords, type Outgoing } from '../../lib/local/producer.ts';

/** Kinesis, but for refusing the entries of which `refuses` says so. */
function stream(refuses: (data: string, call: number) => boolean): {
  client: KinesisClient;
  calls: string[][];
  taken: string[];
} {
  const calls: string[][] = [];
  const taken: string[] = [];
  const client = {
    send: ({ input }: PutRecordsCommand) => {
      const data = (input.Records ?? []).map((record) => Buffer.from(record.Data ?? []).toString());
      calls.push(data);
      const Records = data.map((text) => {
        if (refuses(text, calls.length)) return { ErrorCode: 'ProvisionedThroughputExceededException' };
        taken.push(text);
        return { SequenceNumber: '1', ShardId: 'shardId-000000000000' };
      });
      return Promise.resolve({ Records });
    },
  };
  return { client: client as unknown as KinesisClient, calls, taken };
}

const records = (count: number): Outgoing[] =>
  Array.from({ length: count }, (_, i) => ({ partitionKey: 'k', data: String(i) }));

describe('putRecords', () => {
  test('puts 500 a call, in order', async () => {
    const { client, calls, taken } = stream(() => false);
    let put = 0;
    expect(await putRecords(client, 'events', records(1_201), (count) => (put += count))).toBe(0);
    expect(calls.map((call) => call.length)).toEqual([500, 500, 201]);
    expect(taken).toEqual(records(1_201).map(({ data }) => data));
    expect(put).toBe(1_201);
  });

  test('puts refused entries again, before anything that comes after them', async () => {
    const { client, calls, taken } = stream((data, call) => call === 1 && Number(data) % 100 === 7);
    expect(await putRecords(client, 'events', records(600), () => undefined)).toBe(5);
    expect(calls.map((call) => call.length)).toEqual([500, 5, 100]);
    expect(taken).toHaveLength(600);
    expect(new Set(taken).size).toBe(600);
  });
});

describe('putRecords that is refused for good', () => {
  test('gives up with the reason after ten attempts', async () => {
    const { client, calls } = stream(() => true);
    const put = putRecords(
      client,
      'events',
      records(1),
      () => undefined,
      () => Promise.resolve(),
    );
    await expect(put).rejects.toThrow(ProducerError);
    expect(calls).toHaveLength(10);
  });
});
