import type { IncomingMessage, ServerResponse } from 'node:http';
import { requestUrl } from '../request-url.ts';
import { CONTENT_SECURITY_POLICY, type PageFile } from './bundle-page.ts';
import { EventStream } from './event-stream.ts';
import { problemOf, RequestError } from './problem.ts';
import type { Keys, Logs, Playback, RedriveAnswer, RedriveRequest, Snapshot } from './protocol.ts';
import { readPlaybackChange, readRedriveRequest } from './read-request.ts';
import { whyForeign } from './same-site.ts';
import { SnapshotWriter } from './snapshot-text.ts';

/** What puts events to the stream, as far as the dashboard's buttons reach. */
export interface PlaybackControl {
  state(): Playback;
  play(): void;
  pause(): void;
  /** @param speed how many times as fast as recorded */
  setSpeed(speed: number | 'max'): void;
}

/** What the dashboard shows, and what its buttons do. */
export interface DashboardSource {
  /** The present state of everything; asked for some times a second while somebody looks. */
  snapshot(): Snapshot;
  readonly playback: PlaybackControl;
  /** @throws {RequestError} if there is no such aggregate */
  keys(aggregate: string): Promise<Keys>;
  /** @throws {RequestError} if there is no such function */
  logs(functionKey: string): Logs;
  redrive(request: RedriveRequest): Promise<RedriveAnswer>;
  /** The page's files by path. */
  page(): Promise<ReadonlyMap<string, PageFile>>;
}

const SNAPSHOT_MS = 250;
const PAGE_PATHS = ['/', '/page.js', '/page.css', '/theme.js', '/icon.svg'];

/** Every path that the dashboard answers on. */
export const DASHBOARD_PATHS: readonly string[] = [
  ...PAGE_PATHS,
  '/local/events',
  '/local/keys',
  '/local/logs',
  '/local/playback',
  '/local/redrive',
];

const HEADERS = {
  'cache-control': 'no-store',
  'content-security-policy': CONTENT_SECURITY_POLICY,
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
} as const;

/** Serves the page, what it shows, and what its buttons do, as `protocol.ts` says. */
export class Dashboard {
  readonly #source: DashboardSource;
  readonly #events: EventStream;
  readonly #writer = new SnapshotWriter();
  readonly #timer: NodeJS.Timeout;

  /** @param now clock in ms */
  constructor(source: DashboardSource, now: () => number = Date.now) {
    this.#source = source;
    this.#events = new EventStream(now);
    this.#timer = setInterval(() => {
      this.#tell();
    }, SNAPSHOT_MS);
    this.#timer.unref();
  }

  /** How many look at it. */
  get viewers(): number {
    return this.#events.size;
  }

  /** Answers a request, whatever it is. Never rejects. */
  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      await this.#answer(request, response);
    } catch (error) {
      if (response.headersSent) {
        response.destroy();
        return;
      }
      const { status, body } = problemOf(error);
      const headers = error instanceof RequestError ? error.headers : {};
      respond(request, response, 'application/problem+json', body, status, headers);
    }
  }

  /** Ends what is open. */
  close(): void {
    clearInterval(this.#timer);
    this.#events.close();
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = 'GET', headers } = request;
    const foreign = whyForeign(method, headers);
    if (foreign !== undefined) throw new RequestError(403, foreign);
    const { pathname, searchParams } = requestUrl(request);
    switch (pathname) {
      case '/local/events':
        allow(method, ['GET']);
        this.#listen(response);
        return;
      case '/local/keys':
        allow(method, ['GET', 'HEAD']);
        respondJson(request, response, await this.#source.keys(required(searchParams, 'aggregate')));
        return;
      case '/local/logs':
        allow(method, ['GET', 'HEAD']);
        respondJson(request, response, this.#source.logs(required(searchParams, 'function')));
        return;
      case '/local/playback':
        allow(method, ['POST']);
        respondJson(request, response, await this.#changePlayback(request));
        return;
      case '/local/redrive':
        allow(method, ['POST']);
        respondJson(request, response, await this.#source.redrive(await readRedriveRequest(request)));
        return;
      default:
        await this.#servePage(request, response, pathname);
    }
  }

  async #servePage(request: IncomingMessage, response: ServerResponse, path: string): Promise<void> {
    const { method = 'GET' } = request;
    const file = PAGE_PATHS.includes(path) ? (await this.#source.page()).get(path) : undefined;
    if (file === undefined)
      throw new RequestError(404, `there is nothing at ${method} ${path}; the dashboard is at /`);
    allow(method, ['GET', 'HEAD']);
    respond(request, response, file.contentType, file.body);
  }

  async #changePlayback(request: IncomingMessage): Promise<Playback> {
    const { play, speed } = await readPlaybackChange(request);
    const { playback } = this.#source;
    if (speed !== undefined) playback.setSpeed(speed);
    if (play === true) playback.play();
    if (play === false) playback.pause();
    return playback.state();
  }

  #listen(response: ServerResponse): void {
    if (!this.#events.hasRoom)
      throw new RequestError(503, 'too many pages are open: close some', { 'retry-after': '5' });
    this.#events.add(response, HEADERS);
    // To all, who may as well have it.
    this.#events.send('snapshot', this.#writer.write(this.#source.snapshot()).text);
  }

  #tell(): void {
    if (this.#events.size === 0) return;
    const { text, isNews } = this.#writer.write(this.#source.snapshot());
    if (isNews) this.#events.send('snapshot', text);
  }
}

function allow(method: string, methods: readonly string[]): void {
  if (methods.includes(method)) return;
  const allowed = methods.join(', ');
  throw new RequestError(405, `${method} does nothing here; use ${allowed}`, { allow: allowed });
}

function required(params: URLSearchParams, name: string): string {
  const value = params.get(name) ?? '';
  if (value !== '') return value;
  throw new RequestError(400, `say which ${name}: ?${name}=NAME`);
}

function respondJson(request: IncomingMessage, response: ServerResponse, value: unknown): void {
  respond(request, response, 'application/json', JSON.stringify(value));
}

function respond(
  { method }: IncomingMessage,
  response: ServerResponse,
  contentType: string,
  body: string,
  status = 200,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, {
    ...HEADERS,
    ...headers,
    'content-type': contentType,
    'content-length': Buffer.byteLength(body),
  });
  response.end(method === 'HEAD' ? undefined : body);
}
