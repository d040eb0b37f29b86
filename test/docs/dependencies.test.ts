import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';

interface Manifest {
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
}

const root = new URL('../../', import.meta.url);

async function documented(section: string): Promise<string[]> {
  const page = await readFile(new URL('docs/dependencies.md', root), 'utf8');
  const text = page.split(/^## /m).find((part) => part.startsWith(section)) ?? '';
  return [...text.matchAll(/^\| `([^`]+)`/gm)].map(([, name = '']) => name).sort();
}

describe('the page on dependencies', () => {
  it('accounts for each of them, and for no other', async () => {
    const manifest = JSON.parse(await readFile(new URL('package.json', root), 'utf8')) as Manifest;

    expect(await documented('What runs')).toEqual(Object.keys(manifest.dependencies).sort());
    expect(await documented('What builds and checks')).toEqual(Object.keys(manifest.devDependencies).sort());
  });
});
