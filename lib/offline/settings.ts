import { isRecord } from '../local/stack/template.ts';
import type { Framework } from './framework.ts';

/** What of serverless-offline's options matters beside it. */
export interface OfflineSettings {
  readonly host: string;
  readonly httpPort: number;
  readonly lambdaPort: number;
  /** Where a plugin that bundles puts what it makes, from the service's directory on. */
  readonly location: string | undefined;
}

/** serverless-offline's: https://www.serverless.com/plugins/serverless-offline#usage-and-command-line-options */
const DEFAULTS = { host: 'localhost', httpPort: 3000, lambdaPort: 3002 };

/**
 * Reads options as serverless-offline does: the command line before `custom.serverless-offline` before defaults.
 *
 * @param cliOptions as the framework gives them to plugins
 */
export function readSettings(
  framework: Framework,
  cliOptions: Readonly<Record<string, unknown>>,
): OfflineSettings {
  const section = framework.service.custom?.['serverless-offline'];
  const custom = isRecord(section) ? section : {};
  const option = (name: string): unknown => cliOptions[name] ?? custom[name];
  const host = option('host');
  const location = option('location');
  return {
    host: typeof host === 'string' ? host : DEFAULTS.host,
    httpPort: Number(option('httpPort') ?? DEFAULTS.httpPort),
    lambdaPort: Number(option('lambdaPort') ?? DEFAULTS.lambdaPort),
    location: typeof location === 'string' ? location : undefined,
  };
}
