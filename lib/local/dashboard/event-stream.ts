import type { ServerResponse } from 'node:http';

const HEARTBEAT_MS = 15_000;
const MOST_CLIENTS = 32;
// Who has not taken an event in so long is not going to.
const STUCK_MS = 10_000;

interface Client {
  readonly response: ServerResponse;
  /** Since when it has not taken what it was sent, in ms. */
  stuckSince: number | undefined;
}

/**
 * Server-sent events to any number of clients: https://html.spec.whatwg.org/multipage/server-sent-events.html
 *
 * Each event stands for itself, so that one who is slow misses some, and gets the next when it has taken the last; one who takes
 * nothing for ten seconds is dropped. Nothing is kept for anybody.
 */
export class EventStream {
  readonly #now: () => number;
  readonly #clients = new Set<Client>();
  readonly #heartbeat: NodeJS.Timeout;

  /** @param now clock in ms */
  constructor(now: () => number) {
    this.#now = now;
    this.#heartbeat = setInterval(() => {
      this.#write(': still here\n\n');
    }, HEARTBEAT_MS);
    this.#heartbeat.unref();
  }

  /** How many listen. */
  get size(): number {
    return this.#clients.size;
  }

  /** Whether there is room for another client. */
  get hasRoom(): boolean {
    return this.#clients.size < MOST_CLIENTS;
  }

  /** Answers a request with events from now on. @param headers beside those that make it a stream of events */
  add(response: ServerResponse, headers: Readonly<Record<string, string>>): void {
    const client: Client = { response, stuckSince: undefined };
    this.#clients.add(client);
    response.once('close', () => this.#clients.delete(client));
    response.on('drain', () => {
      client.stuckSince = undefined;
    });
    response.writeHead(200, { ...headers, 'content-type': 'text/event-stream; charset=utf-8' });
    // The page asks again so soon after a break.
    response.write('retry: 1000\n\n');
  }

  /** @param data in one line, as JSON is */
  send(event: string, data: string): void {
    this.#write(`event: ${event}\ndata: ${data}\n\n`);
  }

  /** Ends all streams. */
  close(): void {
    clearInterval(this.#heartbeat);
    for (const { response } of this.#clients) response.destroy();
    this.#clients.clear();
  }

  #write(text: string): void {
    for (const client of this.#clients) {
      const { response, stuckSince } = client;
      if (stuckSince === undefined) {
        if (!response.write(text)) client.stuckSince = this.#now();
      } else if (this.#now() - stuckSince > STUCK_MS) {
        response.destroy();
      }
    }
  }
}
