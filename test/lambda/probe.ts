import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { LocalFunction } from '../../lib/lambda/function.ts';

/** A directory for functions of a test. */
export class Workshop {
  readonly path: string;

  private constructor(path: string) {
    this.path = path;
  }

  static async open(): Promise<Workshop> {
    return new Workshop(await mkdtemp(join(tmpdir(), 'weir-lambda-')));
  }

  /** Writes a module. @returns its URL */
  async write(file: string, code: string): Promise<string> {
    const path = join(this.path, file);
    await writeFile(path, code);
    return pathToFileURL(path).href;
  }

  /** Writes a module, and makes it a function. */
  async probe(code: string, settings: Partial<LocalFunction> = {}): Promise<LocalFunction> {
    return probeOf(await this.write(`${settings.name ?? 'function'}.mjs`, code), settings);
  }

  async close(): Promise<void> {
    await rm(this.path, { recursive: true, force: true });
  }
}

/** A function, as it is unless a test says otherwise. */
export function probeOf(module: string, settings: Partial<LocalFunction> = {}): LocalFunction {
  return {
    name: 'probe',
    arn: 'arn:aws:lambda:us-east-1:000000000000:function:weir-dev-probe',
    module,
    handlerName: 'handler',
    timeoutMs: 5_000,
    memoryMb: 128,
    environment: { COLOUR: 'blue' },
    ...settings,
  };
}
