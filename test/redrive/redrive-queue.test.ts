import { CreateQueueCommand } from '@aws-sdk/client-sqs';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EmbeddedAws } from '../../lib/local/aws/embedded.ts';
import { QuarantineMessageError } from '../../lib/quarantine/read-message.ts';
import { browse } from '../../lib/redrive/browse.ts';
import { FailedBatchError } from '../../lib/redrive/failed-batch.ts';
import { kept, repaired, type Outcome } from '../../lib/redrive/outcome.ts';
import { Queue, type QueueMessage } from '../../lib/redrive/queue.ts';
import { redriveQueue, type MessageDone, type QueueRun } from '../../lib/redrive/redrive-queue.ts';
import { MissingStreamError } from '../../lib/redrive/shard-range.ts';
import { send, startAws } from '../support/stage.ts';

let aws: EmbeddedAws;
let queues = 0;
beforeAll(async () => {
  aws = await startAws();
});
afterAll(() => aws.stop());

async function setUp(bodies: readonly string[], visibilitySeconds = 900) {
  const { sqs } = aws.clients;
  const { QueueUrl: url = '' } = await sqs.send(
    new CreateQueueCommand({
      QueueName: `queue-${queues++}`,
      Attributes: { VisibilityTimeout: String(visibilitySeconds) },
    }),
  );
  for (const body of bodies) await send(aws, url, body);
  const queue = new Queue(sqs, url, 0);
  const done: MessageDone[] = [];
  const taken: string[] = [];
  return {
    queue,
    done,
    taken,
    /** What the queue shows now. */
    shown: async (): Promise<string[]> => {
      const all: string[] = [];
      for await (const { body } of browse(queue)) all.push(body);
      return all.sort();
    },
    run: (
      redrive: (body: string) => Outcome | Promise<Outcome>,
      over: Partial<Pick<QueueRun, 'queue' | 'mayGoOn' | 'only' | 'isDue' | 'atOnce'>> = {},
    ) =>
      redriveQueue({
        queue,
        redrive: async (body) => {
          taken.push(body);
          return redrive(body);
        },
        describe: (body) => `message ${body}`,
        mayGoOn: () => true,
        onDone: (one) => done.push(one),
        ...over,
      }),
  };
}

const letters = (count: number): string[] =>
  Array.from({ length: count }, (_, n) => String.fromCharCode(97 + n));

describe('redriveQueue', () => {
  it('takes each message once, deletes what is repaired, and shows the rest again', async () => {
    const { run, taken, done, shown } = await setUp(letters(23));

    await run((body) => (body < 'd' ? kept(`${body} stays`) : repaired('')));

    expect(taken.sort()).toEqual(letters(23));
    expect(await shown()).toEqual(['a', 'b', 'c']);
    expect(done).toHaveLength(23);
    expect(done.find(({ what }) => what === 'message b')).toEqual({
      messageId: expect.any(String) as unknown,
      what: 'message b',
      outcome: { kind: 'kept', detail: 'b stays' },
    });
  });

  it('keeps what throws, and goes on', async () => {
    const { run, done, shown } = await setUp(['a', 'b']);

    await run((body) => {
      if (body === 'a') throw new RangeError('throttled');
      return repaired('');
    });

    expect(done.map(({ outcome }) => outcome)).toContainEqual({
      kind: 'kept',
      detail: 'RangeError: throttled',
    });
    expect(await shown()).toEqual(['a']);
  });

  it.each([
    new FailedBatchError('the message is not JSON'),
    new QuarantineMessageError('the message is not JSON'),
    new MissingStreamError('the message is not JSON'),
  ])('says what is wrong with a message without the kind of the error: $name', async (error) => {
    const { run, done } = await setUp(['a']);

    await run(() => {
      throw error;
    });

    expect(done).toMatchObject([{ outcome: { kind: 'kept', detail: 'the message is not JSON' } }]);
  });

  it('begins with no other message when its time is over', async () => {
    const { run, taken, shown } = await setUp(letters(12));

    await run(() => repaired(''), { mayGoOn: () => taken.length < 3 });

    expect(taken).toHaveLength(3);
    expect(await shown()).toEqual(letters(12).filter((letter) => !taken.includes(letter)));
  });

  it('takes only the messages that are named', async () => {
    const { queue, run, taken, shown } = await setUp(letters(12));
    const ids = new Map<string, string>();
    for await (const { id, body } of browse(queue)) ids.set(body, id);

    await run(() => repaired(''), { only: new Set([ids.get('b')!, ids.get('l')!]) });

    expect(taken.sort()).toEqual(['b', 'l']);
    expect(await shown()).toEqual(letters(12).filter((letter) => letter !== 'b' && letter !== 'l'));
  });

  it('leaves what is not due for later', async () => {
    const { run, taken, shown } = await setUp(['a']);
    const before = Date.now();
    const sent: number[] = [];
    const isDue = ({ sentAt }: QueueMessage): boolean => sent.push(sentAt) !== 2;

    for (let n = 0; n < 3; n++) {
      await run(() => kept(''), { isDue });
      await shown();
    }

    expect(taken).toEqual(['a', 'a']);
    expect(new Set(sent).size).toBe(1);
    expect(sent[0]).toBeGreaterThan(before - 1_000);
    expect(await shown()).toEqual(['a']);
  });

  it('leaves for others what it has not come to, if it takes one at a time', async () => {
    const { queue, run, taken } = await setUp(letters(3));
    const seen: number[] = [];

    await run(
      async () => {
        seen.push((await queue.receive({ hideSeconds: 0 })).length);
        return kept('');
      },
      { atOnce: 1 },
    );

    expect(taken.sort()).toEqual(letters(3));
    expect(seen).toEqual([2, 1, 0]);
  });

  it('hides its messages for as long as it takes', async () => {
    const { queue, run, done } = await setUp(['a'], 1);
    const seen: number[] = [];

    await run(async () => {
      for (let i = 0; i < 4; i++) {
        await sleep(500);
        seen.push((await queue.receive({ hideSeconds: 0 })).length);
      }
      return repaired('');
    });

    expect(seen).toEqual([0, 0, 0, 0]);
    expect(done).toHaveLength(1);
    expect(await queue.receive()).toEqual([]);
  });

  it('rejects with what the queue rejects with', async () => {
    const queue = new Queue(aws.clients.sqs, `${aws.endpoints.sqs}/000000000000/nowhere`);
    const { run } = await setUp([]);

    await expect(run(() => repaired(''), { queue })).rejects.toThrow(/queue does not exist/i);
  });
});

describe('browse', () => {
  it('shows every message once, and leaves it for others', async () => {
    const { queue, shown } = await setUp(letters(15));

    expect(await shown()).toEqual(letters(15));
    expect(await shown()).toEqual(letters(15));
    for await (const message of browse(queue)) {
      expect(message.sentAt).toBeGreaterThan(Date.now() - 60_000);
      break;
    }
    expect(await shown()).toEqual(letters(15));
  });
});
