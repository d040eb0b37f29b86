import { setTimeout as sleep } from 'node:timers/promises';
import type { Outgoing } from './port.ts';

/** How messages are posted. */
export interface PostOptions {
  /** Whether there is time for another attempt that takes so many ms, its pause included. */
  readonly hasTimeFor: (ms: number) => boolean;
  /** ms that an answer may take; 5,000 unless given. */
  readonly timeoutMs?: number;
  readonly sleep?: (ms: number) => Promise<unknown>;
  /** Numbers from 0 up to 1. */
  readonly random?: () => number;
}

/** A service did not take a message, and might if it is sent again. */
export class DeliveryError extends Error {
  override readonly name: string = 'DeliveryError';
}

/** A service refused a message, and would refuse it again. */
export class RefusedError extends DeliveryError {
  override readonly name = 'RefusedError';
}

const TIMEOUT_MS = 5_000;
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 10_000;
const MOST_SHOWN = 200;

/**
 * Posts a message as JSON. It is sent again, after pauses with full jitter and no sooner than `Retry-After` says, while the service is
 * busy (429), fails (5xx) or cannot be reached, and there is time. A user and a password in the address are sent as Basic authentication.
 *
 * @throws {RefusedError} if it was refused (another 4xx) or redirected: an address or a key is wrong
 * @throws {DeliveryError} if time ran out
 */
export async function post(outgoing: Outgoing, options: PostOptions): Promise<void> {
  const { hasTimeFor, timeoutMs = TIMEOUT_MS, sleep: pause = sleep, random = Math.random } = options;
  for (let attempt = 0; ; attempt++) {
    const { problem, waitMs } = await tryOnce(outgoing, timeoutMs);
    if (problem === undefined) return;
    const backoff = random() * Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** attempt);
    const wait = Math.max(waitMs ?? 0, backoff);
    if (!hasTimeFor(wait + timeoutMs)) {
      throw new DeliveryError(`${hostOf(outgoing.url)} did not take the message: ${problem}`);
    }
    await pause(wait);
  }
}

interface Attempt {
  /** `undefined` if the message was taken. */
  readonly problem?: string;
  /** How long the service wants to be left alone. */
  readonly waitMs?: number;
}

async function tryOnce({ url, body }: Outgoing, timeoutMs: number): Promise<Attempt> {
  let response: Response;
  try {
    const { address, credentials } = splitAddress(url);
    response = await fetch(address, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...credentials },
      body: JSON.stringify(body),
      // A POST that is redirected becomes a GET, and the message is lost.
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
    });
  } catch (error) {
    return { problem: reasonOf(error) };
  }
  const answer = await response.text().catch(() => '');
  if (response.ok) return {};
  const problem = `${response.status} ${answer.slice(0, MOST_SHOWN)}`.trim();
  if (response.status !== 429 && response.status !== 408 && response.status < 500) {
    throw new RefusedError(`${hostOf(url)} refused the message: ${problem}`);
  }
  const waitMs = waitOf(response.headers.get('retry-after'));
  return { problem, ...(waitMs === undefined ? {} : { waitMs }) };
}

/** `fetch` takes no address that has a user and a password in it. */
function splitAddress(url: string): {
  readonly address: string;
  readonly credentials: Readonly<Record<string, string>>;
} {
  const address = new URL(url);
  const { username, password } = address;
  if (username === '' && password === '') return { address: url, credentials: {} };
  address.username = '';
  address.password = '';
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return {
    address: address.href,
    credentials: { authorization: `Basic ${Buffer.from(pair).toString('base64')}` },
  };
}

/** ms of `Retry-After`, seconds or a date: https://www.rfc-editor.org/rfc/rfc9110#field.retry-after */
function waitOf(header: string | null): number | undefined {
  if (header === null) return undefined;
  const ms = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - Date.now();
  return Number.isNaN(ms) ? undefined : Math.max(0, ms);
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message} (${error.cause.message})` : error.message;
}

/** A webhook's path is its secret. */
function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : 'an address that is none';
}
