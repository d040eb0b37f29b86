import { watch, type FSWatcher } from 'node:fs';
import { basename, dirname } from 'node:path';

// Editors write a file in several steps, and several files at once.
const PAUSE_MS = 100;

/** Tells when one of some files changes, is replaced, or comes to be. */
export class FileWatcher {
  // Directories are watched, as editors put another file in the place of the one that they save.
  readonly #directories = new Map<string, { readonly names: Set<string>; readonly watcher: FSWatcher }>();
  readonly #onChange: () => void;
  #timer: NodeJS.Timeout | undefined;

  /** @param onChange called once for changes that follow each other closely */
  constructor(onChange: () => void) {
    this.#onChange = onChange;
  }

  /** How many files are watched. */
  get size(): number {
    let size = 0;
    for (const { names } of this.#directories.values()) size += names.size;
    return size;
  }

  /** @param path absolute; a file whose directory is not there is left out */
  add(path: string): void {
    const directory = dirname(path);
    const known = this.#directories.get(directory);
    if (known !== undefined) {
      known.names.add(basename(path));
      return;
    }
    const names = new Set([basename(path)]);
    try {
      const watcher = watch(directory, (_event, name) => {
        if (name === null || names.has(name)) this.#note();
      });
      // Of a directory that is taken away nothing more is heard.
      watcher.on('error', () => {
        this.#directories.delete(directory);
      });
      this.#directories.set(directory, { names, watcher });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
  }

  /** Ends it. */
  close(): void {
    clearTimeout(this.#timer);
    for (const { watcher } of this.#directories.values()) watcher.close();
    this.#directories.clear();
  }

  #note(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(this.#onChange, PAUSE_MS);
  }
}
