import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { FunctionCode } from '../local/local-function.ts';
import { OfflineError } from './errors.ts';

// Lambda's three, in the order in which it looks for them, and TypeScript, which tsx loads here:
// https://github.com/aws/aws-lambda-nodejs-runtime-interface-client/blob/main/src/UserFunction.js
const EXTENSIONS = ['.js', '.mjs', '.cjs', '.ts', '.mts', '.cts'];

/**
 * Finds the module of a handler as Lambda does.
 *
 * @param directory where the code is that would be in the function's archive
 * @param handler as serverless.yml has it: `functions/aggregate.handler`
 * @throws {OfflineError} if there is no such module
 * @example findHandler('/service', 'src/orders.fold') // { module: 'file:///service/src/orders.mjs', handlerName: 'fold' }
 */
export function findHandler(directory: string, handler: string): FunctionCode {
  const [file = '', ...names] = basename(handler).split('.');
  const path = join(directory, dirname(handler), file);
  const found = EXTENSIONS.map((extension) => `${path}${extension}`).find((candidate) =>
    existsSync(candidate),
  );
  if (found !== undefined) return { module: pathToFileURL(found).href, handlerName: names.join('.') };
  throw new OfflineError(
    `The handler ${handler} has no module: there is none of ${EXTENSIONS.map((extension) => `${path}${extension}`).join(', ')}. ` +
      'Correct `handler` in serverless.yml, or list the plugin that compiles it (such as serverless-esbuild) before this one.',
  );
}
