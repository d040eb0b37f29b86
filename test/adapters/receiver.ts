import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request that was received. */
export interface Received {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: unknown;
}

/** What is answered: a status, or nothing at all, ever. */
export type Answer =
  'hang' | { readonly status: number; readonly headers?: Record<string, string>; readonly text?: string };

/** A service on this machine that takes what is posted to it. */
export interface Receiver {
  readonly url: string;
  readonly received: Received[];
  /** What the next requests are answered, in their order; 200 once there is nothing more. */
  answer(...answers: readonly Answer[]): void;
  close(): Promise<void>;
}

export async function startReceiver(): Promise<Receiver> {
  const received: Received[] = [];
  const answers: Answer[] = [];
  const server = createServer((request, response) => {
    let text = '';
    request.setEncoding('utf8').on('data', (part: string) => (text += part));
    request.on('end', () => {
      const { method = '', url = '', headers } = request;
      received.push({ method, path: url, headers, body: text === '' ? undefined : JSON.parse(text) });
      const answer = answers.shift() ?? { status: 200, text: 'ok' };
      if (answer !== 'hang') response.writeHead(answer.status, answer.headers).end(answer.text);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook/secret`,
    received,
    answer: (...next) => {
      answers.splice(0, answers.length, ...next);
      received.length = 0;
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
