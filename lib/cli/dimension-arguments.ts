import { CommandError } from './errors.ts';

/**
 * Values of dimensions by name, from arguments such as `origin=ATL`.
 *
 * @throws {CommandError} if one is written in another way, or a dimension is given twice
 */
export function readDimensions(args: readonly string[]): Record<string, string> {
  const values = new Map<string, string>();
  for (const arg of args) {
    const cut = arg.indexOf('=');
    if (cut <= 0)
      throw new CommandError(
        `"${arg}" is no value of a dimension; write dimension=value, such as origin=ATL`,
      );
    const name = arg.slice(0, cut);
    if (values.has(name)) throw new CommandError(`${name} is given twice; leave one of the two out`);
    values.set(name, arg.slice(cut + 1));
  }
  return Object.fromEntries(values);
}
