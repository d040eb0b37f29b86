import { createRequire } from 'node:module';
import { resolve } from 'node:path';

/** Set where a run of tests is watched: then it tells its parent process which files it uses. */
export const WATCHED = 'WEIR_WATCHED';

/** Tells whoever watches this run that it uses a file. */
export function reportUsed(path: string): void {
  if (process.env[WATCHED] !== undefined) process.send?.(resolve(path));
}

/** Tells whoever watches this run of the CommonJS modules that it has loaded. The others are told of as they are loaded. */
export function reportLoaded(): void {
  for (const path of Object.keys(createRequire(import.meta.url).cache)) reportUsed(path);
}
