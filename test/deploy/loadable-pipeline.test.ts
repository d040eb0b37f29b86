import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { copyOfService, serverless } from './service.ts';

let service: string;

beforeAll(async () => {
  service = await copyOfService();
});
afterAll(async () => {
  await rm(service, { recursive: true, force: true });
});

describe('a pipeline that is refused when it is loaded', { timeout: 60_000 }, () => {
  const refusal = /pipeline\.ts: pipeline: alerts\.congested\.over .*50m.*/;

  beforeAll(async () => {
    const path = join(service, 'pipeline.ts');
    const source = await readFile(path, 'utf8');
    await writeFile(path, source.replace("sliding('1h', '15m')", "sliding('50m', '15m')"));
  });

  it.each(['package', 'deploy function --function aggregate'])(
    'stops `%s` with what is wrong, and no stack trace',
    async (command) => {
      const ran = await serverless(service, command.split(' '));

      expect(ran.status).not.toBe(0);
      expect(ran.output).toMatch(refusal);
      expect(ran.output).not.toMatch(/^\s+at /m);
    },
  );
});
