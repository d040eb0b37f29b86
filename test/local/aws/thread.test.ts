import { describe, expect, it } from 'vitest';
import { EmbeddedAwsError } from '../../../lib/local/aws/errors.ts';
import { startThread } from '../../../lib/local/aws/thread.ts';

/** A thread that runs this code, with `host` as its way to the starter. */
const running = (code: string) =>
  new URL(
    `data:text/javascript,${encodeURIComponent(`import { parentPort as host } from 'node:worker_threads'; ${code}`)}`,
  );
const endpoints = Object.fromEntries(
  ['kinesis', 'dynamodb', 'sns', 'sqs', 's3'].map((name) => [name, `http://${name}`]),
);
const ready = `host.postMessage({ ready: ${JSON.stringify(endpoints)} });`;

const start = (code: string, onFailure: (error: EmbeddedAwsError) => unknown = () => undefined) =>
  startThread(running(code), { streamShards: 1 }, {}, onFailure);

describe('startThread', () => {
  it('tells where the servers are, and ends when it is told to', async () => {
    const thread = await start(`${ready} host.once('message', () => host.close());`);
    expect(thread.endpoints).toEqual(endpoints);
    await thread.stop();
    await thread.stop();
  });

  it.each([
    ['throws', `throw new Error('port taken');`, 'The embedded AWS did not start: port taken'],
    ['ends', 'process.exit(3);', 'The embedded AWS did not start: its thread ended with code 3'],
  ])('fails when the thread %s before it is ready', async (_, code, message) => {
    const failure = start(code);
    await expect(failure).rejects.toBeInstanceOf(EmbeddedAwsError);
    await expect(failure).rejects.toThrow(message);
  });

  it('reports a thread that dies in use, which can be stopped all the same', async () => {
    const failures: EmbeddedAwsError[] = [];
    const thread = await start(`${ready} setTimeout(() => { throw new Error('bug'); }, 100);`, (error) =>
      failures.push(error),
    );
    await expect.poll(() => failures.map((error) => error.message)).toEqual(['The embedded AWS died: bug']);
    await thread.stop();
  });
});
