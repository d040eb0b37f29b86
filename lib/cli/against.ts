import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, extname, join, relative, resolve } from 'node:path';
import { promisify } from 'node:util';
import type { Pipeline } from '../pipeline/pipeline.ts';
import { CommandError } from './errors.ts';
import { loadPipeline } from './load-pipeline.ts';

/** A pipeline that another is compared with. */
export interface Base {
  /** What it is, for people: `HEAD:pipeline.ts`. */
  readonly name: string;
  readonly pipeline: Pipeline;
}

const REVISION_AND_PATH = /^(?<revision>[^:]+):(?<path>.+)$/s;
// A pipeline is written by hand.
const MOST_BYTES = 16 * 1024 * 1024;

/**
 * Loads the pipeline that another is compared with: a file, a file as of a commit (`REVISION:PATH`), or by default the same file
 * as it was last committed.
 *
 * @param path of the pipeline that is compared
 * @param against what was asked for
 * @throws {CommandError} if there is none, or it is the same
 */
export async function loadBase(path: string, against: string | undefined): Promise<Base> {
  if (against !== undefined && existsSync(against)) {
    return { name: against, pipeline: await loadPipeline(against) };
  }
  const { revision, path: committed } = REVISION_AND_PATH.exec(against ?? `HEAD:${path}`)?.groups ?? {};
  if (revision === undefined || committed === undefined) {
    throw new CommandError(
      `--against ${against}: there is no such file; give one, or REVISION:PATH for a file as of a commit of git`,
    );
  }
  const text = await show(revision, committed, against);
  if (against === undefined && existsSync(path) && text === (await readFile(path, 'utf8'))) {
    throw new CommandError(
      `${path} is as it was last committed, so that nothing can differ; change it, or say what to compare it with: --against HEAD~1:${path}`,
    );
  }
  return { name: `${revision}:${committed}`, pipeline: await loadText(text, revision, committed) };
}

async function show(revision: string, path: string, against: string | undefined): Promise<string> {
  const directory = nearestDirectory(path);
  const place = relative(directory, resolve(path));
  try {
    const { stdout } = await promisify(execFile)('git', ['show', `${revision}:./${place}`], {
      cwd: directory,
      maxBuffer: MOST_BYTES,
    });
    return stdout;
  } catch (error) {
    const given =
      against === undefined ? `${path} cannot be compared with what was committed` : `--against ${against}`;
    throw new CommandError(`${given}: ${problemOf(error)}; give --against FILE or REVISION:PATH`, {
      cause: error,
    });
  }
}

function problemOf(error: unknown): string {
  const { code, stderr, message } = error as { code?: unknown; stderr?: string; message: string };
  if (code === 'ENOENT') return 'git is not installed';
  const [first = message] = (stderr ?? '').trim().split('\n');
  return `git says: ${first}`;
}

/** Loads a pipeline from a file of its own, beside the one that it was, so that what it imports is found. */
async function loadText(text: string, revision: string, path: string): Promise<Pipeline> {
  const extension = extname(path);
  const name = `.${basename(path, extension)}-${randomUUID()}${extension}`;
  const file = join(nearestDirectory(path), name);
  await writeFile(file, text, { flag: 'wx' });
  try {
    return await loadPipeline(file, `${revision}:${path}`);
  } finally {
    await rm(file);
  }
}

/** The directory of a file, or if that is no longer there, the one that it was in. */
function nearestDirectory(path: string): string {
  let directory = dirname(resolve(path));
  while (!existsSync(directory)) directory = dirname(directory);
  return directory;
}
