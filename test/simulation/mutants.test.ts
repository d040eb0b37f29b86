import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { MUTANTS } from './mutants.ts';

describe('mutants', () => {
  it.each(MUTANTS.map((mutant) => [mutant.name, mutant] as const))(
    '%s breaks exactly one place of the code as it stands',
    async (_name, { file, find, replace }) => {
      const source = await readFile(new URL(`../../${file}`, import.meta.url), 'utf8');

      expect(source.split(find)).toHaveLength(2);
      expect(replace).not.toBe(find);
    },
  );

  it('have names of their own', () => {
    expect(new Set(MUTANTS.map(({ name }) => name)).size).toBe(MUTANTS.length);
  });
});
