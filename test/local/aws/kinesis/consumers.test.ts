import {
  AddTagsToStreamCommand,
  CreateStreamCommand,
  DeleteStreamCommand,
  DeregisterStreamConsumerCommand,
  DescribeStreamConsumerCommand,
  DescribeStreamSummaryCommand,
  ListStreamConsumersCommand,
  ListTagsForResourceCommand,
  RegisterStreamConsumerCommand,
  TagResourceCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-kinesis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TestKinesis } from './setup.ts';
import { createStream, register, startTestKinesis, STREAM_ARN } from './setup.ts';

let server: TestKinesis;
beforeAll(async () => {
  server = await startTestKinesis({ now: () => 1_700_000_000_500 });
});
afterAll(() => server.stop());

describe('a consumer', () => {
  it('is registered under an ARN with the time, and can be used from then on', async () => {
    const { kinesis } = server;
    const StreamARN = await createStream(kinesis, 'registered');
    const { Consumer } = await kinesis.send(
      new RegisterStreamConsumerCommand({ StreamARN, ConsumerName: 'c', Tags: { team: 'ops' } }),
    );
    const ConsumerARN = `${StreamARN}/consumer/c:1700000000`;
    const consumer = {
      ConsumerName: 'c',
      ConsumerARN,
      ConsumerCreationTimestamp: new Date(1_700_000_000_000),
    };
    expect(Consumer).toEqual({ ...consumer, ConsumerStatus: 'CREATING' });
    const active = { ...consumer, ConsumerStatus: 'ACTIVE', StreamARN };
    for (const named of [{ ConsumerARN }, { StreamARN, ConsumerName: 'c' }]) {
      const { ConsumerDescription } = await kinesis.send(new DescribeStreamConsumerCommand(named));
      expect(ConsumerDescription).toEqual(active);
    }
  });

  it('counts in the summary of its stream until it is deregistered', async () => {
    const { kinesis } = server;
    const StreamARN = await createStream(kinesis, 'counted');
    const count = async () => {
      const { StreamDescriptionSummary: stream } = await kinesis.send(
        new DescribeStreamSummaryCommand({ StreamARN }),
      );
      return stream?.ConsumerCount;
    };
    expect(await count()).toBe(0);
    const ConsumerARN = await register(kinesis, StreamARN, 'c');
    expect(await count()).toBe(1);
    await kinesis.send(new DeregisterStreamConsumerCommand({ ConsumerARN }));
    expect(await count()).toBe(0);
    await expect(kinesis.send(new DescribeStreamConsumerCommand({ ConsumerARN }))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
  });

  it('is listed with the others of its stream, page by page, of which there are at most 20', async () => {
    const { kinesis } = server;
    const StreamARN = await createStream(kinesis, 'listed');
    await register(kinesis, await createStream(kinesis, 'another'), 'foreign');
    const names = Array.from({ length: 20 }, (_, index) => `c${index}`);
    for (const name of names) await register(kinesis, StreamARN, name);
    const listed: (string | undefined)[] = [];
    let NextToken: string | undefined;
    do {
      const page = await kinesis.send(
        new ListStreamConsumersCommand({ StreamARN, MaxResults: 8, ...(NextToken && { NextToken }) }),
      );
      listed.push(...(page.Consumers ?? []).map(({ ConsumerName }) => ConsumerName));
      NextToken = page.NextToken;
    } while (NextToken !== undefined);
    expect(listed).toEqual(names);
    await expect(register(kinesis, StreamARN, 'c20')).rejects.toMatchObject({
      name: 'LimitExceededException',
    });
    await expect(register(kinesis, StreamARN, 'c0')).rejects.toMatchObject({
      name: 'ResourceInUseException',
    });
  });

  it.each([
    ['ResourceNotFoundException', { StreamARN: `${STREAM_ARN}/nowhere`, ConsumerName: 'c' }],
    ['InvalidArgumentException', { StreamARN: 'arn:aws:sqs:us-east-1:000000000000:q', ConsumerName: 'c' }],
    ['ValidationException', { StreamARN: `${STREAM_ARN}/valid`, ConsumerName: 'a consumer' }],
    ['ValidationException', { StreamARN: `${STREAM_ARN}/valid`, ConsumerName: undefined }],
  ])('cannot be registered: %s for %o', async (name, input) => {
    if (input.StreamARN.endsWith('/valid'))
      await createStream(server.kinesis, 'valid').catch(() => undefined);
    await expect(server.kinesis.send(new RegisterStreamConsumerCommand(input))).rejects.toMatchObject({
      name,
    });
  });

  it('keeps its stream from being deleted, unless that is enforced', async () => {
    const { kinesis } = server;
    const StreamARN = await createStream(kinesis, 'kept');
    const ConsumerARN = await register(kinesis, StreamARN, 'c');
    await expect(kinesis.send(new DeleteStreamCommand({ StreamARN }))).rejects.toMatchObject({
      name: 'ResourceInUseException',
      message: expect.stringContaining('EnforceConsumerDeletion') as string,
    });
    await kinesis.send(new DeleteStreamCommand({ StreamARN, EnforceConsumerDeletion: true }));
    await expect(kinesis.send(new DescribeStreamConsumerCommand({ ConsumerARN }))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
  });
});

describe('tags', () => {
  it('are put on streams and consumers by their ARNs', async () => {
    const { kinesis } = server;
    await kinesis.send(
      new CreateStreamCommand({ StreamName: 'tagged', ShardCount: 1, Tags: { from: 'start' } }),
    );
    const StreamARN = `${STREAM_ARN}/tagged`;
    await kinesis.send(new AddTagsToStreamCommand({ StreamARN, Tags: { by: 'stream' } }));
    for (const ResourceARN of [StreamARN, await register(kinesis, StreamARN, 'c')]) {
      await kinesis.send(new TagResourceCommand({ ResourceARN, Tags: { team: 'ops', old: 'yes' } }));
      await kinesis.send(new UntagResourceCommand({ ResourceARN, TagKeys: ['old'] }));
      const { Tags = [] } = await kinesis.send(new ListTagsForResourceCommand({ ResourceARN }));
      const tags = Object.fromEntries(Tags.map(({ Key = '', Value }) => [Key, Value] as const));
      const own = ResourceARN === StreamARN ? { from: 'start', by: 'stream' } : {};
      expect(tags).toEqual({ ...own, team: 'ops' });
    }
  });
});
