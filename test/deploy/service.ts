import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cp, mkdir, mkdtemp, readFile, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../../', import.meta.url));
const workshop = join(root, '.weir/deploy-test');
const sources = ['serverless.yml', 'package.json', 'tsconfig.json', 'pipeline.ts', 'functions', 'lib'];
const dayMs = 86_400_000;

/** What a command printed and how it ended. */
export interface Ran {
  readonly status: number;
  readonly output: string;
}

/**
 * Copies what is deployed into a directory of its own. The framework works in `.serverless` and `.esbuild` under the
 * service, so two commands at once in one directory would spoil each other's work. The copy lies inside the project,
 * whose node_modules it finds by walking up.
 */
export async function copyOfService(): Promise<string> {
  await mkdir(workshop, { recursive: true });
  const directory = await mkdtemp(join(workshop, 'service-'));
  for (const source of sources) await cp(join(root, source), join(directory, source), { recursive: true });
  return directory;
}

/** Runs the framework in a copy of the service, with no AWS settings but the given ones. */
export function serverless(
  directory: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Ran> {
  const command = join(root, 'node_modules/serverless/bin/serverless.js');
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^(AWS_|SLS_|VITEST|NODE_OPTIONS)/.test(name),
  );
  const options = {
    cwd: directory,
    // The framework leaves directories behind where temporary ones are made: they go with the copy.
    env: {
      ...Object.fromEntries(inherited),
      CI: '1',
      AWS_EC2_METADATA_DISABLED: 'true',
      TMPDIR: directory,
      ...env,
    },
    maxBuffer: 1 << 24,
  };
  return new Promise((resolve) => {
    execFile(process.execPath, [command, ...args], options, (error, stdout, stderr) => {
      resolve({ status: error === null ? 0 : Number(error.code ?? 1), output: stdout + stderr });
    });
  });
}

/**
 * What `serverless package` makes of the sources as they are, packaged once for all test files.
 *
 * @returns a directory with the compiled templates and the archives
 * @throws {Error} with the framework's output, if it fails
 */
export async function packaged(): Promise<string> {
  const directory = join(workshop, `packaged-${await digestOfSources()}`);
  if (await exists(directory)) return directory;
  const service = await copyOfService();
  try {
    const ran = await serverless(service, ['package']);
    if (ran.status !== 0) throw new Error(`serverless package ended with ${ran.status}:\n${ran.output}`);
    await forgetOld();
    // Whoever else packaged the same sources meanwhile made the same thing.
    await rename(join(service, '.serverless'), directory).catch(async (error: unknown) => {
      if (!(await exists(directory))) throw error;
    });
  } finally {
    await rm(service, { recursive: true, force: true });
  }
  return directory;
}

async function digestOfSources(): Promise<string> {
  const digest = createHash('sha256');
  for (const source of [...sources, 'package-lock.json']) {
    for (const file of await filesOf(source))
      digest.update(`${file}\0`).update(await readFile(join(root, file)));
  }
  return digest.digest('hex').slice(0, 16);
}

async function filesOf(source: string): Promise<string[]> {
  if (!(await stat(join(root, source))).isDirectory()) return [source];
  const entries = await readdir(join(root, source), { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length))
    .sort();
}

async function forgetOld(): Promise<void> {
  for (const name of await readdir(workshop)) {
    const { mtimeMs } = await stat(join(workshop, name)).catch(() => ({ mtimeMs: Infinity }));
    if (Date.now() - mtimeMs > dayMs) await rm(join(workshop, name), { recursive: true, force: true });
  }
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
