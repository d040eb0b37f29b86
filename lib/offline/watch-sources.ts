import { watch, type FSWatcher } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { extname, join } from 'node:path';

/** What is loaded as code. */
const CODE = new Set(['.js', '.mjs', '.cjs', '.ts', '.mts', '.cts', '.json']);
/** An editor or a checkout writes several files at once, ms. */
const SETTLE_MS = 100;

/** Watches until it is closed. */
export interface SourceWatcher {
  close(): void;
}

/**
 * Watches the code of a service that no bundler watches: modules in a directory and below, but for node_modules and what begins
 * with a dot. Changes in quick succession are told once.
 *
 * @param onChange called after a change; must not throw
 */
export async function watchSources(directory: string, onChange: () => void): Promise<SourceWatcher> {
  const watchers = new Map<string, FSWatcher>();
  let timer: NodeJS.Timeout | undefined;
  let closed = false;
  await add(directory);
  return {
    close: () => {
      closed = true;
      clearTimeout(timer);
      for (const watcher of watchers.values()) watcher.close();
    },
  };

  async function add(path: string): Promise<void> {
    const below = await subdirectories(path);
    if (closed || below === undefined || watchers.has(path)) return;
    const watcher = watch(path, (type, name) => {
      // A new directory comes as a name without an extension.
      if (type === 'rename' && name !== null && isWatched(name)) void add(join(path, name));
      if (name === null || CODE.has(extname(name))) changed();
    });
    watcher.on('error', () => {
      remove(path);
    });
    watchers.set(path, watcher);
    for (const name of below) await add(join(path, name));
  }

  function remove(path: string): void {
    watchers.get(path)?.close();
    watchers.delete(path);
  }

  function changed(): void {
    clearTimeout(timer);
    timer = setTimeout(onChange, SETTLE_MS);
  }
}

/** `undefined` if it is no directory, or is there no more. */
async function subdirectories(path: string): Promise<string[] | undefined> {
  try {
    const entries = await readdir(path, { withFileTypes: true });
    return entries.filter((entry) => entry.isDirectory() && isWatched(entry.name)).map(({ name }) => name);
  } catch {
    return undefined;
  }
}

function isWatched(name: string): boolean {
  return name !== 'node_modules' && !name.startsWith('.');
}
