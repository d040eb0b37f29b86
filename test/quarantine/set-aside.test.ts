import { describe, expect, it } from 'vitest';
import { quarantineMessages, type QuarantineMessage } from '../../lib/quarantine/message.ts';
import { setAside } from '../../lib/quarantine/set-aside.ts';
import { SHARD, STREAM } from '../support/kinesis.ts';

const message = (sequence?: string): QuarantineMessage[] =>
  quarantineMessages({
    reason: 'not-json',
    detail: '',
    origin: { source: STREAM, shard: SHARD, ...(sequence === undefined ? {} : { sequence }) },
    bytes: Buffer.from('nope'),
  });
const down = () => Promise.reject(new Error('SQS is down'));

describe('setAside', () => {
  it('hands all messages over at once, and says that none failed', async () => {
    const calls: (readonly QuarantineMessage[])[] = [];
    const messages = ['3', '1', '2'].flatMap(message);

    const done = await setAside((all) => {
      calls.push(all);
      return Promise.resolve();
    }, messages);

    expect(calls).toEqual([messages]);
    expect(done).toEqual({ failedFrom: undefined, errors: [] });
  });

  it('asks nothing of the queue when there is nothing to set aside', async () => {
    expect(await setAside(down, [])).toEqual({ failedFrom: undefined, errors: [] });
  });

  it('reports the first of all when some could not be set aside, by number and not by text', async () => {
    expect(await setAside(down, ['10', '9', '100'].flatMap(message))).toEqual({
      failedFrom: '9',
      errors: [new Error('SQS is down')],
    });
  });

  it('passes over messages without a sequence number, which cannot come again', async () => {
    expect((await setAside(down, [undefined, '7', undefined].flatMap(message))).failedFrom).toBe('7');
    expect(await setAside(down, message())).toEqual({
      failedFrom: undefined,
      errors: [new Error('SQS is down')],
    });
  });

  it('keeps what was set aside before it failed, so that the next attempt goes on from there', async () => {
    const messages = Array.from({ length: 250 }, (_, n) => message(String(n + 1))).flat();
    let calls = 0;

    const done = await setAside(() => (++calls === 3 ? down() : Promise.resolve()), messages);

    expect(done).toEqual({ failedFrom: '201', errors: [new Error('SQS is down')] });
  });

  it('tells user records of one Kinesis record apart', async () => {
    const user = (subSequence: number) =>
      quarantineMessages({
        reason: 'not-json',
        detail: '',
        origin: { source: STREAM, shard: SHARD, sequence: '7', subSequence },
        bytes: Buffer.from('nope'),
      });

    expect((await setAside(down, [user(4), user(2)].flat())).failedFrom).toBe('7.000002');
  });
});
