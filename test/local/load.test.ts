import { execFile } from 'node:child_process';
import { cp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { copyService, type ServiceCopy } from '../soak/service-copy.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const WRONG = `
import { z } from 'zod';
import { definePipeline } from './lib/index.ts';
export default definePipeline(z.object({ at: z.string() }), { eventTime: (event) => event.at, aggregates: {} });
`;

let copy: ServiceCopy;
beforeAll(async () => {
  copy = await copyService(ROOT);
  for (const part of ['soak', 'simulation', 'support'])
    await cp(join(ROOT, 'test', part), join(copy.root, 'test', part), { recursive: true });
  await writeFile(join(copy.root, 'pipeline.ts'), WRONG);
});
afterAll(() => copy.remove());

/** Runs a script of the project whose pipeline cannot work. */
function runScript(
  script: string,
  ...args: readonly string[]
): Promise<{ status: unknown; out: string; err: string }> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      ['--import', 'tsx', script, ...args],
      { cwd: copy.root },
      (error, out, err) => {
        resolve({ status: error?.code ?? 0, out, err });
      },
    );
  });
}

describe.each(['lib/local/start.ts', 'test/soak/main.ts'])(
  '%s with a pipeline that cannot work',
  (script) => {
    it('says what is wrong with it, and nothing else', async () => {
      expect(await runScript(script)).toEqual({
        status: 1,
        out: '',
        err: 'pipeline.ts: pipeline: aggregates is empty; define at least one aggregate\n',
      });
    });

    it('still shows help', async () => {
      const { status, out } = await runScript(script, '--help');

      expect(status).toBe(0);
      expect(out).toContain('Usage: npm ');
    });
  },
);
