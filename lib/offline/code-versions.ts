import { cp, mkdir, rm, symlink } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';

/** How many stay: what is loaded, and what invocations under way may still load from. */
const KEPT = 2;

/**
 * Copies of what a bundler makes. It writes one file after another over those of the last build: a function that starts
 * meanwhile would get halves of both, and one whose build failed beside others would run old and new code together.
 */
export class CodeVersions {
  readonly #source: string;
  readonly #directory: string;
  #version = 0;

  /** @param directory an empty one in the service, whose package.json and node_modules hold for the copies too */
  constructor(source: string, directory: string) {
    this.#source = source;
    this.#directory = directory;
  }

  /** @returns the path of a copy of what there is now */
  async take(): Promise<string> {
    this.#version++;
    const version = join(this.#directory, String(this.#version));
    const modules = join(this.#source, 'node_modules');
    await mkdir(version, { recursive: true });
    await cp(this.#source, version, {
      recursive: true,
      filter: (path) => basename(path) !== 'node_modules',
    });
    if (existsSync(modules)) await symlink(modules, join(version, 'node_modules'), 'junction');
    await rm(join(this.#directory, String(this.#version - KEPT)), { recursive: true, force: true });
    return version;
  }
}
