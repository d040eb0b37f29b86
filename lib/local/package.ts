import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cp, mkdir, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { unzipSync } from 'fflate';

/** The service could not be packaged; the message holds what the framework said. */
export class PackageError extends Error {
  override readonly name = 'PackageError';
}

/** What `serverless package` made, ready to run. */
export interface Packaged {
  /** Path of the compiled CloudFormation template. */
  readonly template: string;
  /** Directory that holds each archive's files, under the archive's name without `.zip`. */
  readonly bundles: string;
}

const SOURCES = [
  'serverless.yml',
  'package.json',
  'package-lock.json',
  'tsconfig.json',
  'pipeline.ts',
  'functions',
  'lib',
];
const KEPT_MS = 6 * 3_600_000;
const TEMPLATE = 'cloudformation-template-update-stack.json';

/**
 * Packages the service as a deployment would, and unpacks its archives. What was made of the same sources before is used
 * again.
 *
 * @param root the project's directory
 * @param params parameters of serverless.yml
 * @throws {PackageError} if the framework fails
 */
export async function packageService(
  root: string,
  params: Readonly<Record<string, string>>,
): Promise<Packaged> {
  const workshop = join(root, '.weir', 'packages');
  const made = join(workshop, await digest(root, params));
  const packaged = { template: join(made, TEMPLATE), bundles: join(made, 'bundles') };
  await mkdir(workshop, { recursive: true });
  if (await exists(made)) return packaged;
  await prune(workshop);
  // The framework works in directories beside serverless.yml: in a copy, two of them do not meet.
  const copy = await mkdtemp(join(workshop, 'work-'));
  for (const source of SOURCES) await cp(join(root, source), join(copy, source), { recursive: true });
  await runFramework(root, copy, params);
  await unpack(join(copy, '.serverless'));
  await rename(join(copy, '.serverless'), made).catch(async (error: unknown) => {
    // Another run has made the same meanwhile.
    if (!(await exists(made))) throw error;
  });
  await rm(copy, { recursive: true, force: true });
  return packaged;
}

/** Removes what was made long ago: something younger may be at work in another process. */
async function prune(workshop: string): Promise<void> {
  for (const name of await readdir(workshop)) {
    const path = join(workshop, name);
    const found = await stat(path).catch(() => undefined);
    if (found === undefined || Date.now() - found.mtimeMs < KEPT_MS) continue;
    await rm(path, { recursive: true, force: true });
  }
}

function runFramework(
  root: string,
  directory: string,
  params: Readonly<Record<string, string>>,
): Promise<void> {
  const command = join(root, 'node_modules/serverless/bin/serverless.js');
  const args = [
    'package',
    '--stage',
    'local',
    ...Object.entries(params).map(([name, value]) => `--param=${name}=${value}`),
  ];
  return new Promise((resolve, reject) => {
    execFile(
      process.execPath,
      [command, ...args],
      // The framework leaves directories behind where temporary ones are made: they go with the copy.
      { cwd: directory, env: { ...process.env, NODE_OPTIONS: '', TMPDIR: directory } },
      (error, stdout, stderr) => {
        if (error === null) resolve();
        else reject(new PackageError(`serverless package failed:\n${stdout}${stderr}`, { cause: error }));
      },
    );
  });
}

async function unpack(directory: string): Promise<void> {
  for (const name of await readdir(directory)) {
    if (!name.endsWith('.zip')) continue;
    const files = unzipSync(await readFile(join(directory, name)));
    for (const [file, bytes] of Object.entries(files)) {
      const path = join(directory, 'bundles', name.slice(0, -'.zip'.length), file);
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, bytes);
    }
  }
}

async function digest(root: string, params: Readonly<Record<string, string>>): Promise<string> {
  const hash = createHash('sha256').update(JSON.stringify(params));
  for (const source of SOURCES) {
    for (const file of await filesOf(join(root, source))) hash.update(file).update(await readFile(file));
  }
  return hash.digest('hex').slice(0, 16);
}

async function filesOf(path: string): Promise<string[]> {
  if (!(await stat(path)).isDirectory()) return [path];
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
