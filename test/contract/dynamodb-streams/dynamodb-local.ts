import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { connectForTest, type DynamoDb } from '../../local/aws/dynamodb/setup.ts';

const HERE = fileURLToPath(new URL('../../../.weir/dynamodb-local', import.meta.url));
const PATIENCE_MS = 60_000;

/** Where DynamoDB Local is: DYNAMODB_LOCAL, or what `.ci/dynamodb-local` fetched; undefined if it is at neither. */
export function dynamoDbLocalHome(): string | undefined {
  const home = resolve(process.env.DYNAMODB_LOCAL ?? HERE);
  return existsSync(join(home, 'DynamoDBLocal.jar')) ? home : undefined;
}

/** Starts DynamoDB Local, in memory, on a free port. @throws {Error} when it does not answer within a minute */
export async function startDynamoDbLocal(home: string): Promise<DynamoDb> {
  const port = await freePort();
  // It keeps files of its own beside the data that it does not keep.
  const directory = await mkdtemp(join(tmpdir(), 'dynamodb-local-'));
  const java = spawn(
    'java',
    [
      `-Djava.library.path=${join(home, 'DynamoDBLocal_lib')}`,
      '-Xmx512m',
      '-jar',
      join(home, 'DynamoDBLocal.jar'),
      '-inMemory',
      '-sharedDb',
      '-port',
      String(port),
    ],
    { cwd: directory, stdio: 'ignore' },
  );
  const gone = once(java, 'exit');
  const db = connectForTest(`http://127.0.0.1:${port}`, async () => {
    java.kill('SIGKILL');
    await gone;
    await rm(directory, { recursive: true, force: true });
  });
  await untilListening(port, () => java.exitCode !== null);
  return db;
}

async function untilListening(port: number, hasEnded: () => boolean): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS;
  while (!hasEnded() && Date.now() < deadline) {
    // Any answer will do: the shell's page is served before anything else.
    const answer = await fetch(`http://127.0.0.1:${port}/`).catch(() => undefined);
    if (answer !== undefined) return;
    await delay(100);
  }
  throw new Error(`DynamoDB Local did not answer on port ${port}: does "java -version" say 17 or newer?`);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
