import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

/**
 * When a server dies: at once; in the middle of the next request; or when it has done what it was asked for and the answer
 * is on its way.
 */
export type Moment = 'now' | 'in a request' | 'before an answer';

// How long a server that is to die in the middle of something lives on with nothing to do.
const PATIENCE_MS = 1_000;
// Another process may be given the port meanwhile, for a connection of its own.
const PORT_PAUSE_MS = 50;
const PORT_ATTEMPTS = 200;

/**
 * A TCP proxy in front of a server, which can die in its stead. The server keeps its data meanwhile, as a durable service
 * does that restarts.
 */
export class Proxy {
  readonly #target: number;
  #server: Server;
  readonly #port: number;
  readonly #sockets = new Set<Socket>();
  #due: { readonly moment: Moment; readonly die: () => void } | undefined;

  private constructor(target: number, server: Server) {
    this.#target = target;
    this.#server = server;
    this.#port = (server.address() as AddressInfo).port;
    this.#serve();
  }

  /** Listens on a free port of 127.0.0.1. @param endpoint of the server: `http://127.0.0.1:PORT` */
  static async start(endpoint: string): Promise<Proxy> {
    return new Proxy(Number(new URL(endpoint).port), await listen(0));
  }

  get endpoint(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /**
   * Kills the server: breaks all its connections, whatever they carry, and refuses new ones for a while; resolves when it is
   * back, on the same port.
   */
  async kill(moment: Moment, downMs: number): Promise<void> {
    if (moment !== 'now') await this.#await(moment);
    this.#server.close();
    for (const socket of this.#sockets) socket.resetAndDestroy();
    await delay(downMs);
    this.#server = await listen(this.#port);
    this.#serve();
  }

  /** Ends all connections and listens no more. */
  async stop(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  async #await(moment: Moment): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, PATIENCE_MS);
      const die = (): void => {
        clearTimeout(timer);
        resolve();
      };
      this.#due = { moment, die };
    });
    this.#due = undefined;
  }

  #serve(): void {
    this.#server.on('connection', (client) => {
      const server = connect(this.#target, '127.0.0.1');
      this.#carry(client, server, (chunk) => {
        if (this.#due?.moment !== 'in a request') return false;
        server.write(chunk.subarray(0, chunk.length / 2));
        return true;
      });
      this.#carry(server, client, () => this.#due?.moment === 'before an answer');
    });
  }

  /** @param isCut whether the server dies with this chunk, which then does not arrive */
  #carry(from: Socket, to: Socket, isCut: (chunk: Buffer) => boolean): void {
    this.#sockets.add(from);
    from.setNoDelay(true);
    from.on('data', (chunk) => {
      if (isCut(chunk)) this.#due?.die();
      else if (!to.write(chunk)) {
        from.pause();
        to.once('drain', () => from.resume());
      }
    });
    // An end is passed on as it comes; an error closes the socket, and then the other.
    from.on('end', () => to.end());
    from.on('error', () => to.destroy());
    from.on('close', () => {
      this.#sockets.delete(from);
      to.destroy();
    });
  }
}

async function listen(port: number): Promise<Server> {
  for (let attempt = 1; ; attempt++) {
    const server = createServer({ allowHalfOpen: true });
    server.listen(port, '127.0.0.1');
    try {
      await once(server, 'listening');
      return server;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE' || attempt === PORT_ATTEMPTS) throw error;
      await delay(PORT_PAUSE_MS);
    }
  }
}
