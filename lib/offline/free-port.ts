import { once } from 'node:events';
import { createServer } from 'node:net';
import { OfflineError } from './errors.ts';

/**
 * Makes sure that a port can be listened on, before anything is started that would have to be stopped again.
 *
 * @param option by which another one is chosen: `--httpPort`
 * @throws {OfflineError} if it is taken
 */
export async function needFreePort(host: string, port: number, option: string): Promise<void> {
  const server = createServer();
  try {
    server.listen(port, host);
    await once(server, 'listening');
  } catch (cause) {
    throw new OfflineError(
      `Port ${port} of ${host} cannot be listened on (${reason(cause)}): end what has it, or choose another by ${option}`,
      { cause },
    );
  } finally {
    server.close();
  }
}

function reason(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}
