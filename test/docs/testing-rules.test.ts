import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { weir } from '../support/weir.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const page = await readFile(join(ROOT, 'docs/testing-rules.md'), 'utf8');
const example = /^```ts\n([^]*?)^```/m.exec(page)?.[1] ?? '';
const shown = /^ {4}✗ (?:.*\n {4})*.*\n/m.exec(page)?.[0] ?? '';

// Within the project, so that what the cases import is found.
let directory: string;
beforeAll(async () => {
  await mkdir(join(ROOT, '.weir'), { recursive: true });
  directory = await mkdtemp(join(ROOT, '.weir/docs-'));
});
afterAll(async () => {
  await rm(directory, { recursive: true });
});

async function run(name: string, cases: string): ReturnType<typeof weir> {
  const path = join(directory, name);
  await writeFile(path, cases.replaceAll("from './", "from '../../"));
  return weir('test', path);
}

const withoutSeconds = (text: string): string => text.replace(/ \d+\.\d+ s$/gm, '');

describe('the case of docs/testing-rules.md', () => {
  it('passes', async () => {
    const { status, out } = await run('right.cases.ts', example);

    expect(status).toBe(0);
    expect(out).toContain('1 case passed');
  });

  it('fails as the page shows it, if another time is expected', async () => {
    const wrong = example.replace('+2h45m', '+2h30m');
    const { status, out } = await run('wrong.cases.ts', wrong);

    expect(status).toBe(1);
    expect(shown).toContain('+2h30m');
    expect(withoutSeconds(out)).toContain(withoutSeconds(shown.replace(/^ {4}/gm, '  ')));
  });
});
