import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { OfflineError } from './errors.ts';

/** What serverless-offline invokes by. */
interface Invocable {
  setEvent(event: unknown): void;
  setClientContext(context: unknown): void;
  runHandler(): Promise<unknown>;
}

/** The functions of a service as serverless-offline holds them, by the only two methods that matter here. */
interface LambdaMethods {
  get: (this: unknown, functionKey: string) => Invocable;
  stop: (this: unknown, timeoutMs: number) => Promise<unknown>;
}

/** What runs the functions instead. */
export interface Functions {
  /** Whether it runs this one. */
  has(functionKey: string): boolean;
  invoke(functionKey: string, event: unknown): Promise<unknown>;
  /** Called once, when serverless-offline stops. */
  stop(): Promise<void>;
}

/** Imports a module by its URL. */
export type ImportModule = (url: string) => Promise<unknown>;

/**
 * Has serverless-offline run functions elsewhere: its HTTP API, REST API, web sockets, schedules and its endpoint for the Lambda
 * client all get functions from one class, which it exports.
 *
 * @param serviceDir the directory of serverless.yml, from where serverless-offline is looked for
 * @param importModule imports by the loader with which the framework imported serverless-offline: another's instance of the
 * class is nobody's
 * @throws {OfflineError} if it is not there, or is of a version that works in another way
 */
export async function standIn(
  serviceDir: string,
  importModule: ImportModule,
  functions: Functions,
): Promise<void> {
  const methods = lambdaOf(await importModule(urlFrom(serviceDir, 'serverless-offline/lambda')));
  const { get, stop } = methods;
  methods.get = function (functionKey) {
    if (!functions.has(functionKey)) return get.call(this, functionKey);
    return invocable((event) => functions.invoke(functionKey, event));
  };
  methods.stop = async function (timeoutMs) {
    await functions.stop();
    return stop.call(this, timeoutMs);
  };
}

function invocable(invoke: (event: unknown) => Promise<unknown>): Invocable {
  let given: unknown;
  return {
    setEvent: (event) => {
      given = event;
    },
    setClientContext: () => undefined,
    runHandler: () => invoke(given),
  };
}

function lambdaOf(exported: unknown): LambdaMethods {
  const prototype = property(property(exported, 'default'), 'prototype');
  if (isLambda(prototype)) return prototype;
  throw new OfflineError(
    'serverless-offline hands out functions in another way than version 14 does: install serverless-offline@14',
  );
}

function urlFrom(directory: string, specifier: string): string {
  try {
    return pathToFileURL(createRequire(join(directory, 'serverless.yml')).resolve(specifier)).href;
  } catch (cause) {
    throw new OfflineError(
      `serverless-offline is not found from ${directory}: install it (npm install -D serverless-offline@14), and list it under plugins, after this one`,
      { cause },
    );
  }
}

function property(value: unknown, name: string): unknown {
  const isHolder = (typeof value === 'object' && value !== null) || typeof value === 'function';
  return isHolder ? (Reflect.get(value, name) as unknown) : undefined;
}

function isLambda(value: unknown): value is LambdaMethods {
  return typeof property(value, 'get') === 'function' && typeof property(value, 'stop') === 'function';
}
