import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

const NAME = /^offline-(\d+)$/;

/**
 * Makes the directory that a run of this process works in, and removes those of runs that were killed. It lies in the service, so
 * that what is loaded from it finds the service's node_modules.
 */
export async function makeWorkDirectory(serviceDir: string): Promise<string> {
  const parent = join(serviceDir, '.weir');
  const directory = join(parent, `offline-${process.pid}`);
  await mkdir(parent, { recursive: true });
  for (const name of await readdir(parent)) {
    const pid = Number(NAME.exec(name)?.[1] ?? process.ppid);
    if (pid === process.pid || !isAlive(pid)) await rm(join(parent, name), { recursive: true, force: true });
  }
  await mkdir(directory);
  return directory;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Somebody else's process is one, too.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
