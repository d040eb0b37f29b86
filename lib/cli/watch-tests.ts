import { spawn, type ChildProcess } from 'node:child_process';
import { resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { FileWatcher } from './file-watcher.ts';
import type { Streams } from './replay-command.ts';
import { WATCHED } from './used-files.ts';

const COMMAND = fileURLToPath(new URL('../../bin/weir.mjs', import.meta.url));
const MODULES = `${sep}node_modules${sep}`;

/**
 * Runs tests, and again whenever a file changes that the last run has used, for ever. Each run is a process of its own: modules
 * that have changed are not loaded twice by one.
 */
export function watchTests(
  files: readonly string[],
  filter: string | undefined,
  stdout: Streams['stdout'],
): Promise<never> {
  let child: ChildProcess | undefined;
  const watcher = new FileWatcher(() => {
    stdout.write('\n');
    run();
  });
  const run = (): void => {
    child?.kill();
    const args = [COMMAND, 'test', ...files, ...(filter === undefined ? [] : ['--filter', filter])];
    const started = spawn(process.execPath, args, {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      env: { ...process.env, [WATCHED]: '1' },
    });
    child = started;
    started.on('message', (used) => {
      const path = typeof used === 'string' ? pathOf(used) : undefined;
      if (path !== undefined) watcher.add(path);
    });
    started.on('close', () => {
      if (child === started) stdout.write(`watching ${watcher.size} files; Ctrl-C ends\n`);
    });
  };
  for (const file of files) watcher.add(resolve(file));
  run();
  return new Promise<never>(() => undefined);
}

/** The path of a file that somebody may edit. */
function pathOf(used: string): string | undefined {
  const path = used.startsWith('file:') ? fileURLToPath(used) : used;
  return path.startsWith('node:') || path.includes(MODULES) ? undefined : path;
}
