import { cp, mkdir, mkdtemp, readdir, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';

const LEFT_OUT = new Set([
  'node_modules',
  '.git',
  '.weir',
  '.serverless',
  '.esbuild',
  'coverage',
  'test',
  'docs',
]);

/** A copy of the project, and what removes it. */
export interface ServiceCopy {
  readonly root: string;
  remove(): Promise<void>;
}

/**
 * Copies the project to where nobody packages but the soak: environments begin anew all the time, and what they load has to
 * stay as it was while the sources are worked on.
 */
export async function copyService(root: string): Promise<ServiceCopy> {
  await mkdir(join(root, '.weir'), { recursive: true });
  const copy = await mkdtemp(join(root, '.weir', 'soak-'));
  for (const name of await readdir(root))
    if (!LEFT_OUT.has(name)) await cp(join(root, name), join(copy, name), { recursive: true });
  await symlink(join(root, 'node_modules'), join(copy, 'node_modules'));
  return { root: copy, remove: () => rm(copy, { recursive: true, force: true }) };
}
