import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { CheckpointFileError, FileCheckpointStore } from '../../lib/esm/index.ts';
import { Harness } from './harness.ts';

const at = (sequenceNumber: string) => ({ type: 'AFTER_SEQUENCE_NUMBER' as const, sequenceNumber });

describe('FileCheckpointStore', () => {
  let directory = '';
  const path = () => join(directory, 'deep', 'mapping.json');

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'checkpoints-'));
  });
  afterEach(() => rm(directory, { recursive: true }));

  test('gives another store what was saved', async () => {
    const store = new FileCheckpointStore(path());
    const tumbling = {
      ahead: [{ lanes: 2, lane: 1, through: '9' }],
      windows: [{ lanes: 2, lane: 0, startMs: 0, endMs: 1_000, state: { a: [1, null] } }],
    };
    await store.save('s1', at('1'));
    await store.save('s1', { ...at('7'), tumbling });
    await store.save('s2', { type: 'SHARD_END' });
    await store.flush();

    const other = new FileCheckpointStore(path());
    expect(await other.load('s1')).toEqual({ ...at('7'), tumbling });
    expect(await other.load('s2')).toEqual({ type: 'SHARD_END' });
    expect(await other.load('s3')).toBeUndefined();
    expect(await readdir(join(directory, 'deep'))).toEqual(['mapping.json']);
  });

  test('writes many checkpoints at once, and by itself', async () => {
    const store = new FileCheckpointStore(path(), { delayMs: 5 });
    for (let n = 1; n <= 1_000; n += 1) await store.save('s1', at(String(n)));
    await expect
      .poll(async () => readFile(path(), 'utf8').catch(() => ''), { interval: 5 })
      .toContain('"sequenceNumber": "1000"');
  });

  test.each([
    ['no JSON', '{"version": 1, "sha', /no JSON.*delete it/],
    ['of another form', '{"version": 2, "shards": {}}', /no checkpoint file:[^]*version/],
    [
      'without a sequence number',
      '{"version": 1, "shards": {"s1": {"type": "AFTER_SEQUENCE_NUMBER"}}}',
      /sequenceNumber/,
    ],
  ])('refuses a file that is %s, and leaves it as it is', async (_, text, message) => {
    const file = join(directory, 'mapping.json');
    await writeFile(file, text);
    const loading = new FileCheckpointStore(file).load('s1');
    await expect(loading).rejects.toThrow(CheckpointFileError);
    await expect(loading).rejects.toThrow(message);
    expect(await readFile(file, 'utf8')).toBe(text);
  });

  test('tells of a write that failed', async () => {
    await writeFile(join(directory, 'file'), '');
    const store = new FileCheckpointStore(join(directory, 'file', 'mapping.json'));
    await expect(
      (async () => {
        await store.save('s1', at('1'));
        await store.flush();
      })(),
    ).rejects.toThrow(/ENOTDIR|EEXIST/);
  });

  test('lets a mapping go on where another one stopped', async () => {
    const harness = new Harness();
    harness.stream.addShard('s1');
    harness.stream.put('s1', 3);
    const first = harness.start({}, () => null, { checkpoints: new FileCheckpointStore(path()) });
    await first.drained();
    await first.stop();
    harness.stream.put('s1', 2);
    const second = harness.start({}, () => null, { checkpoints: new FileCheckpointStore(path()) });
    await second.drained();
    expect(harness.batches).toEqual([
      ['1', '2', '3'],
      ['4', '5'],
    ]);
  });
});
