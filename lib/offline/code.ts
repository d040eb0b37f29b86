import { join } from 'node:path';
import { CodeVersions } from './code-versions.ts';
import { watchSources } from './watch-sources.ts';

/** The code of a service, which changes while it runs. */
export interface Code {
  /** @returns the directory to load handlers from, as the code is now */
  current(): Promise<string>;
  /** Ends what watches it. */
  close(): void;
}

/** Where code comes from. */
export interface CodeOptions {
  readonly serviceDir: string;
  /** Where a bundler puts what it makes, from the service's directory on; `undefined` if handlers run as they are written. */
  readonly location: string | undefined;
  /** An empty directory in the service, for copies. */
  readonly copies: string;
  /** Called when handlers that no bundler watches have changed. */
  readonly onChange: () => void;
}

/**
 * Finds a service's code by what plugins that bundle agree upon with serverless-offline: `custom.serverless-offline.location`.
 * Such a plugin watches the sources itself, and says when it has built them anew.
 */
export async function openCode({ serviceDir, location, copies, onChange }: CodeOptions): Promise<Code> {
  if (location !== undefined) {
    const versions = new CodeVersions(join(serviceDir, location), copies);
    return { current: () => versions.take(), close: () => undefined };
  }
  const watcher = await watchSources(serviceDir, onChange);
  return {
    current: () => Promise.resolve(serviceDir),
    close: () => {
      watcher.close();
    },
  };
}
