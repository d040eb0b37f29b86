import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { CodeVersions } from '../../lib/offline/code-versions.ts';
import { describeEvent } from '../../lib/offline/describe-event.ts';
import type { Framework } from '../../lib/offline/framework.ts';
import { needFreePort } from '../../lib/offline/free-port.ts';
import { findHandler } from '../../lib/offline/handler-module.ts';
import { withoutIam } from '../../lib/offline/local-events.ts';
import { readSettings } from '../../lib/offline/settings.ts';
import { standIn } from '../../lib/offline/stand-in.ts';
import { watchSources } from '../../lib/offline/watch-sources.ts';
import { makeWorkDirectory } from '../../lib/offline/work-directory.ts';

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'weir-offline-'));
});

afterEach(() => rm(directory, { recursive: true, force: true }));

describe('findHandler', () => {
  test('finds modules in the order of Lambda, and exports behind dots', async () => {
    await mkdir(join(directory, 'src'));
    for (const name of ['both.mjs', 'both.js', 'typed.ts']) await writeFile(join(directory, 'src', name), '');
    const url = (name: string): string => pathToFileURL(join(directory, 'src', name)).href;
    expect(findHandler(directory, 'src/both.fold')).toEqual({ module: url('both.js'), handlerName: 'fold' });
    expect(findHandler(directory, 'src/typed.api.get')).toEqual({
      module: url('typed.ts'),
      handlerName: 'api.get',
    });
  });

  test('names the handler that has no module, and what to do', () => {
    expect(() => findHandler(directory, 'src/none.handler')).toThrow(
      /The handler src\/none\.handler has no module: .*none\.mjs.*Correct `handler`/,
    );
  });
});

describe('CodeVersions', () => {
  test('takes copies that later builds leave alone, and forgets old ones', async () => {
    const [built, copies] = [join(directory, 'built'), join(directory, 'copies')];
    await mkdir(join(built, 'functions'), { recursive: true });
    await mkdir(copies);
    const versions = new CodeVersions(built, copies);
    const taken: string[] = [];
    for (const text of ['one', 'two', 'three']) {
      await writeFile(join(built, 'functions/fold.mjs'), text);
      taken.push(await versions.take());
    }
    expect(await readdir(copies)).toEqual(['2', '3']);
    expect(await readFile(join(taken[1]!, 'functions/fold.mjs'), 'utf8')).toBe('two');
  });
});

describe('watchSources', () => {
  test('tells of code in old and new directories, and of nothing else', async () => {
    await mkdir(join(directory, 'node_modules'));
    const onChange = vi.fn();
    const watcher = await watchSources(directory, onChange);
    try {
      await writeFile(join(directory, 'node_modules', 'other.js'), '');
      await writeFile(join(directory, 'notes.txt'), '');
      await mkdir(join(directory, 'late'));
      await new Promise((resolve) => setTimeout(resolve, 250));
      expect(onChange).not.toHaveBeenCalled();
      await writeFile(join(directory, 'late', 'handler.mjs'), '');
      await writeFile(join(directory, 'late', 'other.mjs'), '');
      await vi.waitFor(() => {
        expect(onChange).toHaveBeenCalledOnce();
      }, 5_000);
    } finally {
      watcher.close();
    }
  });
});

describe('makeWorkDirectory', () => {
  test('removes what runs have left behind that are no more', async () => {
    // Beyond the greatest process id of any system.
    await mkdir(join(directory, '.weir/offline-2000000000'), { recursive: true });
    await mkdir(join(directory, `.weir/offline-${process.ppid}`));
    await mkdir(join(directory, '.weir/packages'));
    const made = await makeWorkDirectory(directory);
    expect(made).toBe(join(directory, `.weir/offline-${process.pid}`));
    expect((await readdir(join(directory, '.weir'))).toSorted()).toEqual(
      [`offline-${process.pid}`, `offline-${process.ppid}`, 'packages'].toSorted(),
    );
  });
});

describe('needFreePort', () => {
  test('names the port that is taken, and the option', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    await expect(needFreePort('127.0.0.1', port, '--httpPort')).rejects.toThrow(
      `Port ${port} of 127.0.0.1 cannot be listened on (EADDRINUSE): end what has it, or choose another by --httpPort`,
    );
    server.close();
    await once(server, 'close');
    await needFreePort('127.0.0.1', port, '--httpPort');
  });
});

test('settings come from the command line before custom before defaults', () => {
  const custom = { 'serverless-offline': { httpPort: 4000, lambdaPort: 4002, location: '.esbuild/.build' } };
  const framework = { service: { custom, provider: {} } } as unknown as Framework;
  expect(readSettings(framework, { httpPort: '5000', host: null })).toEqual({
    host: 'localhost',
    httpPort: 5000,
    lambdaPort: 4002,
    location: '.esbuild/.build',
  });
});

test('IAM authorizers go, and others stay', () => {
  const events = [
    { httpApi: { path: '/', method: 'GET', authorizer: { type: 'aws_iam' } } },
    { http: { path: '/', method: 'GET', authorizer: 'AWS_IAM' } },
    { httpApi: { path: '/', method: 'GET', authorizer: { name: 'own' } } },
    { httpApi: '*' },
  ];
  expect(withoutIam({ read: { handler: 'read.handler', events } }).read?.events).toEqual([
    { httpApi: { path: '/', method: 'GET' } },
    { http: { path: '/', method: 'GET' } },
    events[2],
    events[3],
  ]);
});

describe('standIn', () => {
  const functions = {
    has: (key: string) => key === 'ours',
    invoke: (key: string, event: unknown) => Promise.resolve([key, event]),
    stop: () => Promise.resolve(),
  };

  test('hands out the functions that it has, and leaves the others', async () => {
    class Lambda {
      get(key: string): string {
        return `theirs: ${key}`;
      }
      stop(): Promise<string> {
        return Promise.resolve('stopped');
      }
    }
    await standIn(process.cwd(), () => Promise.resolve({ default: Lambda }), functions);
    const ours = new Lambda().get('ours') as unknown as {
      setEvent(event: unknown): void;
      runHandler(): Promise<unknown>;
    };
    ours.setEvent({ a: 1 });
    expect(await ours.runHandler()).toEqual(['ours', { a: 1 }]);
    expect(new Lambda().get('other')).toBe('theirs: other');
    expect(await new Lambda().stop()).toBe('stopped');
  });

  test('says what is missing', async () => {
    await expect(standIn('/', () => Promise.resolve({}), functions)).rejects.toThrow(
      'npm install -D serverless-offline@14',
    );
    await expect(standIn(process.cwd(), () => Promise.resolve({}), functions)).rejects.toThrow(
      'install serverless-offline@14',
    );
  });
});

test('of mappings, one hears what goes wrong', () => {
  const common = { shardId: 'shard-0', requestId: 'r', records: 3 };
  expect(describeEvent({ ...common, type: 'succeeded' })).toBeUndefined();
  expect(describeEvent({ ...common, type: 'failed', reason: 'Error: no', from: 2 })).toBe(
    '3 records of shard-0 failed, from record 2 on: Error: no',
  );
});
