import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** `npm start` at work. */
export interface LocalStart {
  /** Of the dashboard and the HTTP API, with a slash at the end. */
  readonly url: string;
  /** Waits until it has written a line. @throws {Error} if it ends before that */
  wrote(pattern: RegExp): Promise<string>;
  /** Ctrl-C; waits until it is gone. @returns its exit code */
  stop(): Promise<number | null>;
}

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** Runs what `npm start -- …` runs, on any free port, and waits until the dashboard is served. */
export async function startLocally(args: readonly string[]): Promise<LocalStart> {
  const child = spawn(process.execPath, ['--import', 'tsx', 'lib/local/start.ts', '--port', '0', ...args], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const lines: string[] = [];
  const news = new EventTarget();
  for (const stream of [child.stdout, child.stderr])
    createInterface(stream).on('line', (line) => {
      lines.push(line);
      news.dispatchEvent(new Event('news'));
    });
  const ended = once(child, 'exit').then(([code]: (number | null)[]) => {
    news.dispatchEvent(new Event('news'));
    return code ?? null;
  });
  const wrote = async (pattern: RegExp): Promise<string> => {
    for (;;) {
      const found = lines.find((line) => pattern.test(line));
      if (found !== undefined) return found;
      if (child.exitCode !== null)
        throw new Error(`it ended without ${pattern.source}:\n${lines.join('\n')}`);
      await once(news, 'news');
    }
  };
  const line = await wrote(/^Dashboard and HTTP API: /);
  return {
    url: `${line.slice(line.indexOf('http')).replace(/\/$/, '')}/`,
    wrote,
    stop: () => {
      child.kill('SIGINT');
      return ended;
    },
  };
}
