import { describe, expect, it } from 'vitest';
import { quarantineMessages } from '../../lib/quarantine/message.ts';
import { QuarantineMessageError, readQuarantineMessage } from '../../lib/quarantine/read-message.ts';
import { sequence, SHARD, STREAM } from '../support/kinesis.ts';

const [message] = quarantineMessages({
  reason: 'wrong-schema',
  detail: 'no page',
  origin: { source: STREAM, shard: SHARD, sequence: sequence(1), subSequence: 2 },
  bytes: Buffer.from('{}'),
});

describe('readQuarantineMessage', () => {
  it('reads what was set aside', () => {
    expect(readQuarantineMessage(JSON.stringify(message))).toEqual(message);
    const bare = { ...message, origin: { source: 'invocation' } };
    expect(readQuarantineMessage(JSON.stringify(bare))).toEqual(bare);
  });

  it.each([
    ['text', 'hello'],
    ['null', 'null'],
    ['an on-failure message', '{"KinesisBatchInfo":{}}'],
    ['another version', JSON.stringify({ ...message, version: 2 })],
    ['another kind', JSON.stringify({ ...message, kind: 'early' })],
    ['no origin', JSON.stringify({ ...message, origin: null })],
    ['an origin that is none', JSON.stringify({ ...message, origin: { source: STREAM, sequence: 7 } })],
  ])('refuses %s', (_, body) => {
    expect(() => readQuarantineMessage(body)).toThrow(QuarantineMessageError);
  });
});
