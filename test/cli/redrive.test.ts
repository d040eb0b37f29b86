import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { EmbeddedAws } from '../../lib/local/aws/embedded.ts';
import { quarantineMessages } from '../../lib/quarantine/message.ts';
import { contentOf } from '../support/brute-force.ts';
import { SHARD } from '../support/kinesis.ts';
import { minutes, pipeline } from '../support/pipeline.ts';
import {
  bodiesOn,
  createStage,
  giveUp,
  panesOf,
  putAll,
  readStream,
  send,
  startAws,
  type TestStage,
} from '../support/stage.ts';
import { event } from '../redrive/setup.ts';
import { weir, type Ran } from '../support/weir.ts';

const BIN = fileURLToPath(new URL('../../bin/weir.mjs', import.meta.url));
const PIPELINE = fileURLToPath(new URL('pipeline.ts', import.meta.url));
const MARKET = fileURLToPath(new URL('../support/market.ts', import.meta.url));

let aws: EmbeddedAws;
let stage: TestStage;
let stages = 0;
beforeAll(async () => {
  aws = await startAws();
  for (const [name, value] of Object.entries(aws.env)) vi.stubEnv(name, value);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await aws.stop();
});
beforeEach(async () => {
  stage = await createStage(aws, `weir-cli${stages++}`);
});

/** Runs `weir redrive …` for the stage of the test. */
function redrive(...args: readonly string[]): Promise<Ran> {
  const stageArgs = args.includes('--stage') ? [] : ['--stage', stage.name.slice('weir-'.length)];
  return weir('redrive', ...args, ...stageArgs);
}

interface Row {
  readonly id: string;
  readonly queue: string;
  readonly what: string;
}

async function rows(): Promise<Row[]> {
  return JSON.parse((await redrive('list', '--format', 'json')).out) as Row[];
}

/** Two batches that Lambda gave up on, of which the second cannot be read back; and a record in quarantine. */
async function fill(): Promise<void> {
  await putAll(aws, stage, [event(0), event(1)].map(contentOf));
  const lost = {
    records: await readStream(aws, stage),
    streamArn: stage.streamArn,
    shardId: SHARD,
    batchInfoName: 'KinesisBatchInfo',
  } as const;
  await giveUp(aws, stage, lost);
  await giveUp(aws, stage, { ...lost, shardId: 'shardId-000000000009' });
  const [message] = quarantineMessages({
    reason: 'wrong-schema',
    detail: 'page: it is a number',
    origin: { source: stage.streamArn, shard: SHARD, sequence: lost.records[0]!.sequenceNumber },
    bytes: Buffer.from('{"page":7}'),
  });
  await send(aws, stage.quarantineQueueUrl, JSON.stringify(message));
}

describe('weir redrive list', () => {
  it('lists both queues, and hides nothing', async () => {
    await fill();

    expect(await rows()).toMatchObject([
      {
        queue: 'failures',
        what: `2 records of stream/${stage.name}-events`,
        why: expect.any(String) as unknown,
      },
      { queue: 'failures', where: expect.stringContaining('shardId-') as unknown },
      { queue: 'quarantine', what: 'wrong-schema, 10 bytes', why: 'page: it is a number' },
    ]);
    expect(await rows()).toHaveLength(3);
  });

  it('shows a table to people, in which sequence numbers are short', async () => {
    await fill();

    const { status, out } = await redrive('list');

    expect(status).toBe(0);
    expect(out).toContain('about 2 on the failure queue, 1 on the quarantine queue');
    expect(out).toMatch(/shardId-000000000000 \d{4}…\d{8}/);
    expect(out).not.toMatch(/\d{40}/);
  });

  it('says that there is nothing', async () => {
    expect(await redrive('list')).toMatchObject({
      status: 0,
      out: expect.stringContaining('both queues are empty') as unknown,
    });
    expect(await rows()).toEqual([]);
  });
});

describe('weir redrive show', () => {
  it('shows a message as it stands, and its data in the clear', async () => {
    await fill();
    const { id } = (await rows())[2]!;

    const { status, out } = await redrive('show', id);

    expect(status).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      id,
      queue: 'quarantine',
      message: { reason: 'wrong-schema', data: expect.any(String) as unknown },
      decoded: { page: 7 },
    });
  });

  it('shows what is no JSON as text', async () => {
    await send(aws, stage.failureQueueUrl, 'hello');
    const { id } = (await rows())[0]!;

    const { out } = await redrive('show', id);

    expect(JSON.parse(out)).toMatchObject({ queue: 'failures', message: 'hello' });
  });

  it('says what is not there', async () => {
    expect(await redrive('show', 'nobody')).toMatchObject({
      status: 1,
      err: expect.stringContaining('neither queue shows a message nobody') as unknown,
    });
  });
});

describe('weir redrive run', () => {
  const run = (...args: readonly string[]): Promise<Ran> => redrive('run', '--pipeline', PIPELINE, ...args);

  it('repairs what it can, says what stays and why, and fails if anything does', async () => {
    await fill();

    const { status, out, err } = await run();

    expect(status).toBe(1);
    expect(out).toMatch(/^repaired {2}\S+ {2}2 records of \S+: 2 records folded into 2 panes$/m);
    expect(out).toMatch(/^kept {6}\S+ {2}2 records of \S+: shardId-000000000009 is not in the stream/m);
    expect(out).toContain('1 repaired, 1 kept');
    expect(err).toBe('weir: not everything could be repaired; see above why\n');
    expect(await panesOf(aws, stage, pipeline)).toMatchObject({ [`views|home|${minutes(0)}`]: { n: 2 } });
    expect((await rows()).map(({ queue }) => queue)).toEqual(['failures', 'quarantine']);
  });

  it('keeps what another stage’s stream holds, unless the stream is named', async () => {
    await fill();
    const other = await createStage(aws, `weir-cli${stages++}`);
    const queues = ['--failure-queue-url', stage.failureQueueUrl];
    const named = ['--stage', other.name.slice('weir-'.length), ...queues];

    expect((await run(...named)).out).toContain(
      `the records are of stream ${stage.name}-events, and this stage's is ${other.name}-events; run with`,
    );
    expect(await panesOf(aws, other, pipeline)).toEqual({});
    expect((await run(...named, '--event-stream', `${stage.name}-events`)).out).toContain('1 repaired');
  });

  it('says that there is no stream', async () => {
    await fill();
    const streamArn = stage.streamArn.replace(/-events$/, '-gone');
    const [body = ''] = await bodiesOn(aws, stage.failureQueueUrl);
    await send(aws, stage.failureQueueUrl, body.replaceAll(stage.streamArn, streamArn));

    expect((await run('--event-stream', `${stage.name}-gone`)).out).toMatch(
      new RegExp(`^kept .*: there is no stream ${stage.name}-gone in us-east-1$`, 'm'),
    );
  });

  it('takes all streams that the pipeline names for the stage’s, or all that it is given', async () => {
    await fill();
    const [body = ''] = await bodiesOn(aws, stage.failureQueueUrl);
    const orders = `${stage.name}-orders`;
    await send(
      aws,
      stage.failureQueueUrl,
      body.replaceAll(stage.streamArn, stage.streamArn.replace(/[^/]+$/, orders)),
    );
    const isLookedFor = expect.stringContaining(`there is no stream ${orders} in us-east-1`) as string;

    expect((await run('--pipeline', MARKET)).out).toEqual(isLookedFor);
    expect((await run('--event-stream', `${stage.name}-events`, '--event-stream', orders)).out).toEqual(
      isLookedFor,
    );
    expect((await run()).out).toContain(
      `the records are of stream ${orders}, and this stage's is ${stage.name}-events`,
    );
  });

  it('takes up the quarantine queue if it is told to', async () => {
    await fill();
    expect((await run('--quarantine')).out).toContain('2 repaired, 1 kept');
  });

  it('repairs only the messages that are named, and succeeds if all of them are', async () => {
    await fill();
    const good = (await rows()).find((row) => !JSON.stringify(row).includes('shardId-000000000009'))!;

    expect(await run(good.id)).toMatchObject({ status: 0, err: '' });
    expect((await rows()).map(({ id }) => id)).not.toContain(good.id);
    expect(await run(good.id)).toMatchObject({
      status: 1,
      err: expect.stringContaining('neither queue shows') as unknown,
    });
  });

  it('says what it did before it says which message it did not find', async () => {
    await fill();
    const good = (await rows()).find((row) => !JSON.stringify(row).includes('shardId-000000000009'))!;

    expect(await run(good.id, 'nobody')).toMatchObject({
      status: 1,
      out: expect.stringMatching(/\n1 repaired, 0 kept\n$/) as unknown,
      err: expect.stringContaining('neither queue shows a message nobody;') as unknown,
    });
  });

  it('finds named messages of the quarantine queue', async () => {
    await send(aws, stage.quarantineQueueUrl, '{}');
    const { id } = (await rows())[0]!;

    expect(await run(id)).toMatchObject({
      status: 1,
      out: expect.stringContaining(`kept      ${id}`) as unknown,
    });
  });

  it('has nothing to do on an empty queue', async () => {
    expect(await run()).toMatchObject({ status: 0, out: '0 repaired, 0 kept\n' });
  });
});

describe('weir redrive discard', () => {
  it('deletes only what it is told to, and only if that is meant', async () => {
    await fill();
    const [first, , last] = await rows();

    expect(await redrive('discard', first!.id)).toMatchObject({
      status: 1,
      err: expect.stringContaining('--yes') as unknown,
    });
    expect(await rows()).toHaveLength(3);

    const { status, out } = await redrive('discard', first!.id, last!.id, '--yes');

    expect(status).toBe(0);
    expect(out.trimEnd().split('\n')).toHaveLength(2);
    expect(await rows()).toHaveLength(1);
    expect(await redrive('discard', first!.id, '--yes')).toMatchObject({ status: 1 });
  });
});

describe('weir redrive', () => {
  it('says which queue is not there', async () => {
    expect(await redrive('list', '--stage', 'nowhere')).toMatchObject({
      status: 1,
      err: expect.stringContaining('there is no queue weir-nowhere-') as unknown,
    });
  });

  it('takes the queues’ URLs instead', async () => {
    await fill();

    const { out } = await redrive(
      ...['list', '--format', 'json', '--stage', 'nowhere'],
      ...['--failure-queue-url', stage.failureQueueUrl, '--quarantine-queue-url', stage.quarantineQueueUrl],
    );

    expect(JSON.parse(out)).toHaveLength(3);
    expect(await bodiesOn(aws, stage.failureQueueUrl)).toHaveLength(2);
  });

  it('says that there are no credentials', async () => {
    const none = { AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '', AWS_EC2_METADATA_DISABLED: 'true' };
    const files = { AWS_SHARED_CREDENTIALS_FILE: '/nowhere', AWS_CONFIG_FILE: '/nowhere' };
    for (const [name, value] of Object.entries({ ...none, ...files })) vi.stubEnv(name, value);

    expect(await redrive('list')).toMatchObject({
      status: 1,
      err: expect.stringContaining('no AWS credentials were found') as unknown,
    });

    for (const [name, value] of Object.entries(aws.env)) vi.stubEnv(name, value);
  });

  it('takes an empty region for none', async () => {
    expect(await redrive('list', '--region', '')).toMatchObject({ status: 0 });

    vi.stubEnv('AWS_REGION', '');
    expect(await redrive('list')).toMatchObject({ status: 0 });
    expect(await redrive('list', '--region', '', '--failure-queue-url', '')).toMatchObject({ status: 0 });
    vi.stubEnv('AWS_REGION', aws.env.AWS_REGION);
  });

  it.each([
    ['--region', 'us east', 'a region, such as us-east-1'],
    ['--failure-queue-url', 'junk', 'the URL of a queue, such as https://sqs.'],
    ['--quarantine-queue-url', 'ftp://x/y/z', 'the URL of a queue, such as https://sqs.'],
  ])('says what %s must be', async (option, value, expected) => {
    expect(await redrive('list', option, value)).toMatchObject({
      status: 1,
      err: expect.stringContaining(`weir: ${option} is "${value}": it must be ${expected}`) as unknown,
    });
  });

  it('writes nothing of the SDK’s own', async () => {
    const args = [BIN, 'redrive', 'list', '--stage', stage.name.slice('weir-'.length)];
    const { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: _, ...env } = process.env;

    expect(await promisify(execFile)(process.execPath, args, { env })).toMatchObject({ stderr: '' });
  });

  it('does not understand what it does not know', async () => {
    expect(await redrive('list', '--format', 'xml')).toMatchObject({ status: 2 });
    expect(await redrive('discard')).toMatchObject({ status: 2 });
  });
});
