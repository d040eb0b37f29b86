import {
  CreateQueueCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  type SQSClient,
  type SendMessageBatchCommandInput,
} from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { startEmbeddedAws, type EmbeddedAws } from '../../lib/local/aws/embedded.ts';
import { quarantineMessages, type QuarantineMessage } from '../../lib/quarantine/message.ts';
import { QuarantineError, sendToQuarantine } from '../../lib/quarantine/sqs-sink.ts';
import { OutOfTimeError, Retry } from '../../lib/store/retry.ts';

let aws: EmbeddedAws;
let sqs: SQSClient;
let requests: SendMessageBatchCommandInput[];

beforeAll(async () => {
  aws = await startEmbeddedAws();
  ({ sqs } = aws.clients);
  // What goes over the wire, beside what arrives.
  sqs.middlewareStack.add(
    (next) => (args) => {
      if ('Entries' in args.input) requests.push(args.input as SendMessageBatchCommandInput);
      return next(args);
    },
    { step: 'initialize' },
  );
});
afterAll(() => aws.stop());

let queues = 0;
async function newQueue(): Promise<string> {
  requests = [];
  const { QueueUrl: url } = await sqs.send(new CreateQueueCommand({ QueueName: `quarantine-${queues++}` }));
  return url!;
}

async function receiveAll(url: string): Promise<QuarantineMessage[]> {
  const received: QuarantineMessage[] = [];
  for (;;) {
    const { Messages: messages = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl: url, MaxNumberOfMessages: 10, VisibilityTimeout: 600 }),
    );
    if (messages.length === 0) return received;
    received.push(...messages.map(({ Body: body }) => JSON.parse(body!) as QuarantineMessage));
  }
}

const record = (sequence: number, bytes: Uint8Array, detail = 'is wrong') =>
  quarantineMessages({
    reason: 'wrong-schema',
    detail,
    origin: { source: 's', sequence: String(sequence) },
    bytes,
  });

describe('sendToQuarantine', () => {
  it('sends ten messages a request, and all of them arrive', async () => {
    const url = await newQueue();
    const messages = Array.from({ length: 25 }, (_, n) => record(n, Buffer.from(`record ${n}`))).flat();

    await sendToQuarantine(sqs, url, messages);

    expect(requests.map(({ Entries: entries }) => entries?.length)).toEqual([10, 10, 5]);
    const received = await receiveAll(url);
    expect(received.sort((a, b) => Number(a.origin.sequence) - Number(b.origin.sequence))).toEqual(messages);
  });

  it('sends the parts of a record of 1 MiB, none of the requests over 256 KiB, to be joined again', async () => {
    const url = await newQueue();
    const bytes = Buffer.alloc(1024 * 1024, 'weir');

    await sendToQuarantine(sqs, url, [
      ...record(1, Buffer.from('small')),
      ...record(2, bytes),
      ...record(3, Buffer.of()),
    ]);

    const sizes = requests.map(({ Entries: entries }) =>
      entries!.reduce((sum, { MessageBody: body }) => sum + Buffer.byteLength(body!), 0),
    );
    expect(Math.max(...sizes)).toBeLessThanOrEqual(256 * 1024);
    const parts = (await receiveAll(url)).filter(({ origin }) => origin.sequence === '2');
    const joined = parts.sort((a, b) => a.part - b.part).map(({ data }) => Buffer.from(data, 'base64'));
    expect(Buffer.concat(joined).equals(bytes)).toBe(true);
  });

  it('sends only characters that SQS and XML take, and the words stay what they were', async () => {
    const url = await newQueue();
    const detail = `Unexpected token '\uFFFF', "\uFFFE\u0000\uD800\u{1F6EB}" is not valid JSON`;

    await sendToQuarantine(sqs, url, record(1, Buffer.from('\uFFFF'), detail));

    const body = requests[0]?.Entries?.[0]?.MessageBody;
    expect(body).toMatch(/^[\x20-\x7e]*$/);
    expect(await receiveAll(url)).toMatchObject([{ detail }]);
  });

  it('asks nothing of SQS when there is nothing to send', async () => {
    const url = await newQueue();

    await sendToQuarantine(sqs, url, []);

    expect(requests).toEqual([]);
  });

  it('rejects when the queue is not there', async () => {
    const url = await newQueue();

    await expect(sendToQuarantine(sqs, `${url}-gone`, record(1, Buffer.of()))).rejects.toThrow(/queue/i);
  });

  it('rejects when one message of a request is refused, and sends no more', async () => {
    const send = vi.fn(() =>
      Promise.resolve({
        Successful: [],
        Failed: [{ Id: '3', SenderFault: false, Code: 'InternalError', Message: 'try again' }],
      }),
    );
    const client = { send } as unknown as SQSClient;
    const messages = Array.from({ length: 11 }, (_, n) => record(n, Buffer.of())).flat();

    const sent = sendToQuarantine(client, 'https://queue', messages);

    await expect(sent).rejects.toThrow(QuarantineError);
    await expect(sent).rejects.toThrow('the quarantine queue refused a message: InternalError try again');
    expect(send).toHaveBeenCalledExactlyOnceWith(expect.any(SendMessageBatchCommand));
  });

  it('asks before each request whether there is time, and makes one again that may succeed', async () => {
    const send = vi.fn(() => Promise.resolve({ Successful: [] }));
    send.mockRejectedValueOnce(Object.assign(new Error('no answer'), { name: 'TimeoutError' }));
    const client = { send } as unknown as SQSClient;
    const messages = Array.from({ length: 31 }, (_, n) => record(n, Buffer.of())).flat();
    let time = 3;
    const retry = new Retry({ mayGoOn: () => time-- > 0, sleep: () => Promise.resolve() });

    await expect(sendToQuarantine(client, 'https://queue', messages, retry)).rejects.toThrow(OutOfTimeError);
    expect(send).toHaveBeenCalledTimes(3);
  });

  it('makes each request once, unless told otherwise', async () => {
    const send = vi.fn(() => Promise.reject(Object.assign(new Error('no answer'), { name: 'TimeoutError' })));

    const sent = sendToQuarantine({ send } as unknown as SQSClient, 'https://queue', record(1, Buffer.of()));

    await expect(sent).rejects.toThrow('no answer');
    expect(send).toHaveBeenCalledOnce();
  });
});
