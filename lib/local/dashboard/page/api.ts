import type { Keys, Logs, Playback, PlaybackChange, RedriveAnswer, RedriveRequest } from '../protocol.ts';
import type { ApiPane } from './series.ts';

/** An aggregate as `GET /aggregates` lists it, as far as the page needs it. */
export interface AggregateListing {
  readonly name: string;
  readonly key: readonly string[];
  /** `global` for a running total. */
  readonly pane: string;
  readonly session?: { readonly gap: string; readonly max: string };
  readonly rollups: readonly { readonly pane: string; readonly retain: string }[];
  /** Kind by measure. */
  readonly measures: Readonly<Record<string, string>>;
}

/** Answer to `GET /aggregates/{aggregate}`: panes, or sessions. */
export interface AggregateAnswer {
  readonly resolution?: string;
  readonly watermark: string | null;
  readonly panes?: readonly ApiPane[];
  readonly sessions?: readonly ApiPane[];
}

/** A transition as the history of an alert has it, as far as the page needs it. */
export interface ApiTransition {
  readonly type: string;
  readonly state?: string;
  readonly at: string;
  readonly key: Readonly<Record<string, string>>;
  readonly value?: Readonly<Record<string, unknown>>;
  readonly shown?: {
    readonly value: number | null;
    readonly threshold?: number | null;
    readonly unit?: string;
  };
}

/** What the server refused, or could not do; the message says what and why. */
export class RequestError extends Error {
  override readonly name = 'RequestError';
}

/** Asks the stack's server. Every method throws {@link RequestError}, with the reason that the server gave. */
export const api = {
  aggregates: async (): Promise<readonly AggregateListing[]> =>
    (await ask<{ aggregates: AggregateListing[] }>('/aggregates')).aggregates,

  aggregate: (name: string, parameters: Readonly<Record<string, string>>): Promise<AggregateAnswer> =>
    ask(`/aggregates/${encodeURIComponent(name)}?${new URLSearchParams(parameters).toString()}`),

  history: async (
    alert: string,
    key: Readonly<Record<string, string>>,
  ): Promise<readonly ApiTransition[]> => {
    const parameters = new URLSearchParams({ ...key, limit: '100' });
    const path = `/alerts/${encodeURIComponent(alert)}/history?${parameters.toString()}`;
    return (await ask<{ history: ApiTransition[] }>(path)).history;
  },

  keys: (aggregate: string): Promise<Keys> =>
    ask(`/local/keys?${new URLSearchParams({ aggregate }).toString()}`),

  logs: (name: string): Promise<Logs> =>
    ask(`/local/logs?${new URLSearchParams({ function: name }).toString()}`),

  changePlayback: (change: PlaybackChange): Promise<Playback> => ask('/local/playback', change),

  redrive: (request: RedriveRequest): Promise<RedriveAnswer> => ask('/local/redrive', request),
};

async function ask<Answer>(path: string, body?: PlaybackChange | RedriveRequest): Promise<Answer> {
  const response = await reach(path, body);
  const answer: unknown = await response.json().catch(() => undefined);
  if (!response.ok) throw new RequestError(reasonOf(answer) ?? `the server answered ${response.status}`);
  // The server is the other half of this file's types, and tested against them.
  return answer as Answer;
}

async function reach(path: string, body: PlaybackChange | RedriveRequest | undefined): Promise<Response> {
  try {
    return await fetch(
      path,
      body === undefined
        ? {}
        : { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) },
    );
  } catch {
    throw new RequestError('the stack cannot be reached');
  }
}

/** The reason in a problem document (RFC 9457). */
function reasonOf(answer: unknown): string | undefined {
  if (typeof answer !== 'object' || answer === null) return undefined;
  if ('detail' in answer && typeof answer.detail === 'string') return answer.detail;
  if ('title' in answer && typeof answer.title === 'string') return answer.title;
  return undefined;
}
