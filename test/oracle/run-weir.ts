import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { open } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
// What a replay holds does not grow with what it reads; without a limit the runtime would let garbage lie.
const HEAP = '--max-old-space-size=128';
const PEAK = new URL('peak.mjs', import.meta.url).href;

/** What a run of the command line took. */
export interface Cost {
  readonly seconds: number;
  /** Most memory that it held, in bytes. */
  readonly peak: number;
}

/**
 * Runs `weir` in a process of its own.
 *
 * @param out path of the file that its standard output is written to
 * @throws if its status is not 0, or it writes to standard error, where records that are set aside are listed
 */
export async function runWeir(args: readonly string[], out: string): Promise<Cost> {
  const began = performance.now();
  const file = await open(out, 'w');
  try {
    const child = spawn(process.execPath, [HEAP, '--import', PEAK, 'bin/weir.mjs', ...args], {
      cwd: ROOT,
      stdio: ['ignore', file.fd, 'pipe', 'pipe'],
    });
    const [error, peak, [status]] = await Promise.all([
      text(child.stdio[2]!),
      text(child.stdio[3] as Readable),
      once(child, 'exit') as Promise<[number | null]>,
    ]);
    if (status !== 0 || error !== '')
      throw new Error(`weir ${args.join(' ')} ended with ${status ?? 'a signal'}: ${error}`);
    return { seconds: (performance.now() - began) / 1000, peak: Number(peak) };
  } finally {
    await file.close();
  }
}
