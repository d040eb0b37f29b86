import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { bundlePage } from '../../lib/local/dashboard/bundle-page.ts';
import { Dashboard, DASHBOARD_PATHS } from '../../lib/local/dashboard/dashboard.ts';
import type {
  AlertRow,
  AsideRow,
  Graph,
  KeyRow,
  Playback,
  RedriveAnswer,
  Snapshot,
} from '../../lib/local/dashboard/protocol.ts';

/** Text that is trouble where it is read as markup. */
export const HOSTILE = `<img src=x onerror="document.title='taken'"><script>document.title='taken'</script>`;

/** 18:45 of an evening on which hubs close down. */
export const EVENING = Date.parse('2001-06-14T18:45:00Z');

/** When the wall clock of a {@link PageStack} stands still. */
export const NOW = Date.parse('2026-01-01T00:00:00Z');

const HOUR = 3_600_000;
const PANE = 900_000;

/** Weir's own stack, as it is drawn. */
export const GRAPH: Graph = {
  nodes: [
    node('producer', 'producer', 'producers', 0),
    node('events', 'stream', 'events', 1),
    node('aggregate', 'function', 'aggregate', 2),
    node('aggregates', 'table', 'aggregates', 3),
    node('quarantine', 'queue', 'quarantine', 3),
    node('evaluate', 'function', 'evaluate', 4),
    node('alerts', 'table', 'alerts', 5),
    node('notify', 'function', 'notify', 6),
    node('topic', 'topic', 'alerts', 7),
    node('subscriber', 'subscriber', 'subscribers', 8),
  ],
  edges: [
    edge('producer', 'events', 'records', 24_310, 812),
    edge('events', 'aggregate', 'records', 24_120, 640.5),
    edge('aggregate', 'aggregates', 'writes', 5_210, 130),
    edge('aggregate', 'quarantine', 'messages', 2, 0),
    edge('aggregates', 'evaluate', 'records', 5_180, 128),
    edge('evaluate', 'alerts', 'writes', 31, 0.4),
    edge('alerts', 'notify', 'records', 31, 0.4),
    edge('notify', 'topic', 'messages', 29, 0.4),
    edge('topic', 'subscriber', 'messages', 29, 0.4),
  ],
};

/** A snapshot with something in every part. */
export function fullSnapshot(): Snapshot {
  const alerts: readonly AlertRow[] = [
    alert('ORD', 'firing', EVENING),
    alert('ATL', 'firing', EVENING - HOUR),
    alert('DFW', 'resolved', EVENING - 2 * HOUR),
  ];
  return {
    at: NOW,
    service: 'weir-dev',
    playback: {
      state: 'playing',
      speed: 600,
      put: 24_310,
      total: 49_001,
      eventTime: EVENING,
      from: Date.parse('2001-06-14T00:00:00Z'),
      to: Date.parse('2001-06-16T23:59:00Z'),
      passes: 0,
      loop: false,
    },
    graph: GRAPH,
    mappings: [
      { function: 'aggregate', source: 'events', shards: [shard('0', 320, 1_240), shard('1', 320.5, 2_860)] },
      { function: 'evaluate', source: 'aggregates', shards: [shard('0', 128, 420)] },
      { function: 'notify', source: 'alerts', shards: [shard('0', 0.4, 0)] },
    ],
    throughput: Array.from({ length: 120 }, (_, i) => ({
      at: NOW - (119 - i) * 1_000,
      records: Math.round(620 + 140 * Math.sin(i / 9)),
    })),
    alerts,
    transitions: [...alerts, alert('DFW', 'firing', EVENING - 5 * HOUR)],
    aside: [
      aside('refused-1', 'refused', 'notAnEvent: delay: expected a number', HOSTILE),
      aside(
        'late-1',
        'late',
        'late: 26 min behind the watermark',
        '{"time":"2001-06-14T18:02","origin":"ORD"}',
      ),
    ],
    asideCounts: { refused: 1, late: 1 },
    failures: [
      {
        at: NOW - 42_000,
        function: 'aggregate',
        shardId: 'shardId-000000000001',
        records: 500,
        kind: 'failed',
        reason: 'ProvisionedThroughputExceededException: write capacity exceeded',
      },
    ],
    faults: { wanted: 'throttle=0.2', throttled: 41, crashed: 2, duplicated: 0, reshards: 1 },
    account: undefined,
  };
}

/**
 * The dashboard as it is served, over a stack that only says what it is told to: what the page makes of it does not hang on a clock
 * or on chance.
 */
export class PageStack {
  snapshot: Snapshot = fullSnapshot();
  /** Every change and redrive that the page has asked for. */
  readonly asked: unknown[] = [];
  readonly #dashboard: Dashboard;
  #server: Server | undefined;
  #port = 0;

  constructor() {
    const change = (changed: Partial<Playback>): void => {
      this.asked.push(changed);
      this.snapshot = { ...this.snapshot, playback: { ...this.snapshot.playback, ...changed } };
    };
    let bundled: ReturnType<typeof bundlePage> | undefined;
    this.#dashboard = new Dashboard({
      snapshot: () => this.snapshot,
      playback: {
        state: () => this.snapshot.playback,
        play: () => {
          change({ state: 'playing' });
        },
        pause: () => {
          change({ state: 'paused' });
        },
        setSpeed: (speed) => {
          change({ speed });
        },
      },
      keys: (aggregate) => Promise.resolve({ aggregate, ...keysOf(aggregate) }),
      logs: (name) => ({ function: name, lines: [`${name} began`, HOSTILE] }),
      redrive: ({ ids }) => Promise.resolve(this.#redrive(ids)),
      page: () => (bundled ??= bundlePage()),
    });
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}/`;
  }

  /** Begins to answer; on the same port as before, once it has had one. */
  async start(): Promise<void> {
    const server = createServer((request, response) => {
      const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
      if (DASHBOARD_PATHS.includes(pathname)) void this.#dashboard.answer(request, response);
      else answerApi(pathname, searchParams, request, response);
    });
    server.listen(this.#port, '127.0.0.1');
    await once(server, 'listening');
    this.#port = (server.address() as AddressInfo).port;
    this.#server = server;
  }

  /** Goes away, with every connection. */
  async stop(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (server === undefined) return;
    server.close();
    server.closeAllConnections();
    await once(server, 'close');
  }

  /** As {@link stop}, for good. */
  async close(): Promise<void> {
    this.#dashboard.close();
    await this.stop();
  }

  /** What was refused is accepted; what is late stays. */
  #redrive(ids: readonly string[] | 'all'): RedriveAnswer {
    this.asked.push({ redrive: ids });
    const tried = this.snapshot.aside.filter(
      ({ id, waiting }) => waiting && (ids === 'all' || ids.includes(id)),
    );
    const accepted = tried.filter(({ kind }) => kind === 'refused');
    this.snapshot = {
      ...this.snapshot,
      aside: this.snapshot.aside.map((row) => (accepted.includes(row) ? { ...row, waiting: false } : row)),
    };
    const stays = tried
      .filter((row) => !accepted.includes(row))
      .map(({ id }) => [id, 'its window is final'] as const);
    return { tried: tried.length, accepted: accepted.length, stays: Object.fromEntries(stays) };
  }
}

/** Aggregates of each kind: panes, sessions, a running total, and one without a key. */
const LISTINGS = [
  {
    name: 'departures',
    key: ['origin'],
    pane: '15m',
    rollups: [{ pane: '1d', retain: '365d' }],
    measures: {
      flights: 'count',
      delay: 'quantiles(0.5,0.9)',
      spread: 'histogram(0,15)',
      busiest: 'topK(3)',
    },
  },
  {
    name: 'visits',
    key: ['user'],
    pane: '1m',
    session: { gap: '30m', max: '12h' },
    rollups: [],
    measures: { pages: 'count' },
  },
  { name: 'visitors', key: [], pane: 'global', rollups: [], measures: { people: 'distinct', last: 'last' } },
];

function keysOf(aggregate: string): {
  readonly dimensions: readonly string[];
  readonly keys: readonly KeyRow[];
} {
  if (aggregate === 'departures') {
    const keys = ['ATL', 'ORD', 'DFW', HOSTILE].map((origin, i) => ({
      values: { origin },
      records: 900 - i,
    }));
    return { dimensions: ['origin'], keys };
  }
  if (aggregate === 'visits')
    return { dimensions: ['user'], keys: [{ values: { user: 'ann' }, records: 12 }] };
  return { dimensions: [], keys: [] };
}

function answerApi(
  path: string,
  params: URLSearchParams,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const from = Date.parse(params.get('from') ?? '');
  const to = Date.parse(params.get('to') ?? '');
  const answer = (body: unknown): void => {
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  };
  if (path === '/aggregates') answer({ aggregates: LISTINGS });
  else if (path === '/aggregates/departures')
    answer({ resolution: '15m', watermark: null, panes: panes(from, to) });
  else if (path === '/aggregates/visits')
    answer({ watermark: null, sessions: [pane(EVENING - 2 * HOUR, EVENING - HOUR, { pages: 9 })] });
  else if (path === '/aggregates/visitors')
    answer({
      watermark: null,
      panes: [{ start: null, end: null, final: false, measures: { people: 7, last: HOSTILE } }],
    });
  else if (path === '/alerts/congested/history') answer({ history: history() });
  else response.writeHead(404).end(`nothing at ${request.method ?? 'GET'} ${path}`);
}

function panes(from: number, to: number): unknown[] {
  const first = Math.floor(from / PANE) * PANE;
  return Array.from({ length: Math.ceil((to - first) / PANE) }, (_, i) => {
    const flights = 20 + Math.round(8 * Math.sin(i / 4));
    return pane(first + i * PANE, first + (i + 1) * PANE, {
      flights,
      delay: { p50: 4 + (i % 5), p90: 40 + i },
      spread: [
        { from: null, to: 0, count: 2 },
        { from: 0, to: 15, count: flights - 6 },
        { from: 15, to: null, count: 4 },
      ],
      busiest: [{ value: 'LAX', count: 5, error: 0 }],
    });
  });
}

function pane(start: number, end: number, measures: Readonly<Record<string, unknown>>): unknown {
  return { start: new Date(start).toISOString(), end: new Date(end).toISOString(), final: true, measures };
}

function history(): unknown[] {
  return (['ORD', 'ATL'] as const).map((origin) => ({
    type: 'transition',
    state: 'firing',
    at: new Date(EVENING).toISOString(),
    key: { origin },
    value: { flights: 28, delay: 54 },
    shown: { value: 28, threshold: 25, unit: 'flights' },
  }));
}

function node(
  id: string,
  kind: Graph['nodes'][number]['kind'],
  label: string,
  rank: number,
): Graph['nodes'][number] {
  return { id, kind, label, rank, failing: id === 'aggregate' };
}

function edge(
  from: string,
  to: string,
  unit: string,
  count: number,
  perSecond: number,
): Graph['edges'][number] {
  return { from, to, unit, count, perSecond };
}

function shard(
  number: string,
  recordsPerSecond: number,
  iteratorAgeMs: number,
): Snapshot['mappings'][number]['shards'][number] {
  return {
    shardId: `shardId-00000000000${number}`,
    state: 'reading',
    recordsPerSecond,
    records: 12_060,
    iteratorAgeMs,
    watermark: EVENING - 60_000,
    retries: 1,
    batchesFailed: 1,
    recordsDiscarded: 0,
  };
}

function alert(origin: string, state: AlertRow['state'], at: number): AlertRow {
  return {
    alert: 'congested',
    key: `origin=${origin}`,
    state,
    severity: 'warning',
    at,
    summary: `${state.toUpperCase()} congested origin=${origin}: 54 min (>= 45), warning`,
  };
}

function aside(id: string, kind: AsideRow['kind'], reason: string, data: string): AsideRow {
  return { id, kind, reason, at: NOW - 12_000, origin: 'events, shard 0', data, waiting: true };
}
