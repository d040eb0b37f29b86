import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadTemplate } from '../../../lib/local/stack/template.ts';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'weir-template-'));
});
afterAll(() => rm(directory, { recursive: true }));

describe('loadTemplate', () => {
  it('reads a template', async () => {
    const path = join(directory, 'good.json');
    await writeFile(path, '{"Resources":{"A":{"Type":"AWS::SQS::Queue"}}}');
    expect(await loadTemplate(path)).toEqual({ Resources: { A: { Type: 'AWS::SQS::Queue' } } });
  });

  it('says what to do when there is none', async () => {
    await expect(loadTemplate(join(directory, 'none.json'))).rejects.toThrow(
      /none\.json cannot be read: run `npx serverless package` first/,
    );
  });

  it.each([
    ['{', /is not JSON/],
    ['[]', /has no Resources/],
    ['{"Resources":{"A":{}}}', /resource A has no Type/],
  ])('refuses %s', async (text, message) => {
    const path = join(directory, 'bad.json');
    await writeFile(path, text);
    await expect(loadTemplate(path)).rejects.toThrow(message);
  });
});
