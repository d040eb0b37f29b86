import type { RuleCases } from '../rule-tests/cases.ts';
import { CommandError } from './errors.ts';
import { loadDefault } from './load-module.ts';

/**
 * The cases that a file exports by default.
 *
 * @throws {CommandError} if there is no such file, it cannot be loaded, or it exports something else
 */
export async function loadCases(path: string): Promise<RuleCases> {
  const cases = await loadDefault(path, 'write it, or name another (docs/testing-rules.md)');
  if (isCases(cases)) return cases;
  throw new CommandError(`${path}: exports no cases; write 'export default cases(pipeline, { … })'`);
}

function isCases(value: unknown): value is RuleCases {
  return typeof value === 'object' && value !== null && 'type' in value && value.type === 'cases';
}
