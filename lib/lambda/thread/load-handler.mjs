import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runtimeError } from './describe-error.mjs';

/**
 * Loads a handler as Lambda's runtime for Node.js does, with its names for what can be wrong.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/nodejs-handler.html
 * @param {string} module URL of the module
 * @param {string} handlerName name of the export; dots lead into it
 * @param {string} configured the handler as it is configured, for messages
 * @throws {Error} named Runtime.ImportModuleError, Runtime.UserCodeSyntaxError or Runtime.HandlerNotFound; and whatever
 * the module throws
 */
export async function loadHandler(module, handlerName, configured) {
  const exported = await load(module);
  const handler = handlerName.split('.').reduce((nested, key) => nested?.[key], exported);
  if (!handler) throw runtimeError('HandlerNotFound', `${configured} is undefined or not exported`);
  if (typeof handler !== 'function') throw runtimeError('HandlerNotFound', `${configured} is not a function`);
  return handler;
}

async function load(module) {
  const path = fileURLToPath(module);
  if (!existsSync(path)) throw runtimeError('ImportModuleError', `Error: Cannot find module '${path}'`);
  try {
    if (/\.[cm]?ts$/.test(path)) return await importTypeScript(module);
    return isCommonJs(path) ? createRequire(path)(path) : await import(module);
  } catch (error) {
    if (error instanceof SyntaxError) throw runtimeError('UserCodeSyntaxError', String(error));
    if (error?.code === 'MODULE_NOT_FOUND') throw runtimeError('ImportModuleError', String(error));
    throw error;
  }
}

async function importTypeScript(module) {
  const { register } = await import('tsx/esm/api');
  register();
  return import(module);
}

/** What `exports` gets at run time is seen by `require` alone. */
function isCommonJs(path) {
  if (path.endsWith('.cjs')) return true;
  return path.endsWith('.js') && nearestPackageType(dirname(path)) !== 'module';
}

function nearestPackageType(directory) {
  const file = join(directory, 'package.json');
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8')).type;
  const parent = dirname(directory);
  return parent === directory ? undefined : nearestPackageType(parent);
}
