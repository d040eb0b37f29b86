import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { addressIn } from '../../lib/adapters/address.ts';
import { deliver } from '../../lib/adapters/deliver.ts';
import { RefusedError } from '../../lib/adapters/post.ts';
import { MessageError } from '../../lib/adapters/read-messages.ts';
import { slack } from '../../lib/adapters/slack.ts';
import { SettingError } from '../../lib/handle/env.ts';
import { firing, resolved, snsEvent } from './messages.ts';
import { startReceiver, type Receiver } from './receiver.ts';

let receiver: Receiver;
const options = { hasTimeFor: () => false };

beforeAll(async () => {
  receiver = await startReceiver();
});
afterAll(async () => {
  await receiver.close();
});
beforeEach(() => {
  receiver.answer();
});

describe('delivering', () => {
  it('posts each message of an event, in order', async () => {
    const report = await deliver(snsEvent(firing, resolved), slack(receiver.url), options);

    expect(report).toEqual({ delivered: [firing, resolved], errors: [] });
    expect(receiver.received.map(({ body }) => (body as { readonly text: string }).text)).toEqual([
      'FIRING congested origin=ORD: 54.3 min (&gt;= 45), warning',
      'RESOLVED congested origin=ORD: 28.1 min (&lt; 60), critical, after 2 h 15 min',
    ]);
  });

  it('posts the others when one is refused, and says so', async () => {
    receiver.answer({ status: 400, text: 'invalid_payload' }, { status: 200 });

    const { delivered, errors } = await deliver(snsEvent(firing, resolved), slack(receiver.url), options);

    expect(delivered).toEqual([resolved]);
    expect(errors).toEqual([expect.any(RefusedError)]);
  });

  it('posts the same for an event that comes again', async () => {
    await deliver(snsEvent(firing), slack(receiver.url), options);
    await deliver(snsEvent(firing), slack(receiver.url), options);

    const [first, second] = receiver.received;
    expect(second?.body).toEqual(first?.body);
  });

  it.each([
    ['no event', undefined, 'no Records'],
    ['no records', { Records: [] }, 'no Records'],
    [
      'a record of another service',
      { Records: [{ eventSource: 'aws:sqs', body: '{}' }] },
      'not from aws:sns',
    ],
    ['null for a record', { Records: [null] }, 'not from aws:sns'],
    ['what is not JSON', snsEvent('{"version": 2'), 'message m0 is not JSON'],
    ['null', snsEvent('null'), 'version: null'],
    ['version 1', snsEvent({ ...firing, version: 1 }), 'version: 1'],
    ['version 3', snsEvent({ ...firing, version: 3 }), 'version: 3'],
    ['half a message', snsEvent({ version: 2, id: 'a|b|1' }), 'lacks'],
  ])('refuses %s, and posts nothing', async (_, event, problem) => {
    const error: unknown = await deliver(event, slack(receiver.url), options).catch(
      (thrown: unknown) => thrown,
    );

    expect(error).toBeInstanceOf(MessageError);
    expect((error as Error).message).toContain(problem);
    expect(receiver.received).toEqual([]);
  });
});

describe('an address', () => {
  it('is taken without the line that it ends with', () => {
    expect(addressIn({ HOOK: 'https://hooks.example.com/a?b=c\n' }, 'HOOK')).toBe(
      'https://hooks.example.com/a?b=c',
    );
  });

  it.each(['', 'chat.example.org', 'ftp://example.com', '{"url":"https://example.com"}'])(
    'is not %o, which is not shown',
    (text) => {
      const read = (): string => addressIn({ HOOK: text }, 'HOOK');

      expect(read).toThrow(SettingError);
      expect(read).toThrow('HOOK');
      if (text !== '') expect(read).not.toThrow(text);
    },
  );
});
