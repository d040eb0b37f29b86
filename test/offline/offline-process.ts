import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The project's directory. */
export const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const COMMAND = join(ROOT, 'node_modules/serverless/bin/serverless.js');

/** `serverless offline` of a service, in a process of its own. */
export interface OfflineProcess {
  readonly url: string;
  /** All that it has written so far. */
  output(): string;
  /** Waits for it to write what matches. */
  written(pattern: RegExp): Promise<void>;
  /** A variable of the lines that it prints to be pasted. */
  variable(name: string): string;
  /** Ends it as Ctrl-C does. @returns its exit code */
  interrupt(): Promise<number | null>;
  /** Ends it for certain. */
  kill(): void;
}

/** Starts it on free ports; its output says when it is ready. */
export async function startOffline(directory: string): Promise<OfflineProcess> {
  const [httpPort, lambdaPort] = await freePorts();
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^(AWS_|SLS_|VITEST|NODE_OPTIONS)/.test(name),
  );
  const child = spawn(
    process.execPath,
    [COMMAND, 'offline', '--httpPort', String(httpPort), '--lambdaPort', String(lambdaPort), '--noSponsor'],
    { cwd: directory, env: { ...Object.fromEntries(inherited), CI: '1', TMPDIR: directory } },
  );
  const exited = once(child, 'exit') as Promise<[number | null]>;
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  return {
    url: `http://localhost:${httpPort}`,
    output: () => output,
    written: async (pattern) => {
      await eventually(
        () => {
          if (child.exitCode !== null) throw new Error(`it ended with ${child.exitCode}:\n${output}`);
          return pattern.test(output) ? true : undefined;
        },
        `output ${String(pattern)}`,
      );
    },
    variable: (name) => new RegExp(`export ${name}=(.*)`).exec(output)?.[1] ?? '',
    interrupt: async () => {
      child.kill('SIGINT');
      const [code] = await exited;
      return code;
    },
    kill: () => child.kill('SIGKILL'),
  };
}

/** For a machine that does much else, ms. */
const PATIENCE_MS = 150_000;

/** Asks again and again until there is an answer. @throws what the last try threw, or that there was no answer in time */
export async function eventually<T>(
  ask: () => T | undefined | Promise<T | undefined>,
  what: string,
): Promise<T> {
  const deadline = Date.now() + PATIENCE_MS;
  while (Date.now() < deadline) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`${what}: none in time`);
}

/** Where a test service lies: in the project, whose node_modules it finds by walking up. */
export const WORKSHOP = join(ROOT, '.weir', 'offline-test');

async function freePorts(): Promise<[number, number]> {
  const servers = [createServer(), createServer()] as const;
  for (const server of servers) await once(server.listen(0, 'localhost'), 'listening');
  const [first = 0, second = 0] = servers.map((server) => portOf(server.address()));
  await Promise.all(servers.map((server) => once(server.close(), 'close')));
  return [first, second];
}

function portOf(address: ReturnType<ReturnType<typeof createServer>['address']>): number {
  return typeof address === 'object' && address !== null ? address.port : 0;
}
