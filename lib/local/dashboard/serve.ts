import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Pipeline } from '../../pipeline/pipeline.ts';
import { DynamoPaneReader } from '../../store/dynamo-pane-reader.ts';
import { findRoute } from '../find-route.ts';
import { serveHttpApi } from '../http-api.ts';
import type { QuarantineWatch } from '../quarantine-watch.ts';
import type { RunningStack } from '../stack-runner.ts';
import type { HttpRoute } from '../stack/http-routes.ts';
import { BiggestKeys } from './biggest-keys.ts';
import type { Board } from './board.ts';
import { bundlePage, type PageFile } from './bundle-page.ts';
import { Dashboard, DASHBOARD_PATHS, type PlaybackControl } from './dashboard.ts';
import { planGraph, serviceOf } from './graph-plan.ts';
import { RequestError } from './problem.ts';
import type { Faults, Playback } from './protocol.ts';
import { redriveAside, redriverOf } from './redrive-aside.ts';
import { laneWatermarks } from './watermarks.ts';

/** What the dashboard is served with. */
export interface ServeOptions {
  readonly stack: RunningStack;
  readonly pipeline: Pipeline;
  /** Is told of everything, from the start of the stack on. */
  readonly board: Board;
  readonly quarantine: QuarantineWatch;
  readonly playback: PlaybackControl;
  /** What goes wrong on purpose; nothing, unless given. */
  readonly faults?: () => Faults | undefined;
  /** ARNs of the topics whose messages the board is told of. */
  readonly subscribed: readonly string[];
  /** Of the HTTP API; 0 for any that is free. */
  readonly port: number;
}

/** The HTTP API and the dashboard at work. */
export interface ServedDashboard {
  /** Of the HTTP API, without a slash at the end. */
  readonly apiUrl: string;
  /** Of the page. */
  readonly url: string;
  close(): Promise<void>;
}

const SAMPLE_MS = 250;
const WATERMARKS_MS = 1_000;

/**
 * Serves the HTTP API and the dashboard on one port of this machine. A service with routes of its own where the dashboard would be
 * keeps them, and the dashboard gets a port to itself.
 *
 * @throws {PortError} if the port is taken
 */
export async function serveDashboard(options: ServeOptions): Promise<ServedDashboard> {
  const { stack: running, pipeline, board, quarantine, playback, faults, subscribed, port } = options;
  const { stack, mappings, aws } = running;
  board.watch({
    service: serviceOf(stack),
    functions: stack.functions.map(({ key }) => key),
    plan: planGraph(stack, subscribed),
    mappings: mappings.map(({ declared, handle }) => ({
      logicalId: declared.logicalId,
      functionKey: declared.function.key,
      sourceArn: declared.properties.EventSourceArn,
      stats: () => handle.stats(),
    })),
  });
  const table = running.ref('AggregatesTable');
  const reader = new DynamoPaneReader({ client: aws.clients.dynamodb, table, pipeline });
  const keys = new BiggestKeys(aws.clients.dynamodb, table, pipeline);
  const redriver = redriverOf(running, pipeline);
  const dashboard = new Dashboard({
    snapshot: () => board.snapshot({ playback: playback.state(), faults: faults?.() }),
    playback,
    keys: (aggregate) => keys.of(aggregate),
    logs: (functionKey) => logsOf(board, functionKey),
    redrive: (request) =>
      redriveAside(redriver, quarantine, request, (id, why) => {
        board.asideStays(id, why);
      }),
    page: once(bundlePage),
  });
  const invoke = (key: string, event: unknown): Promise<unknown> => running.invoke(key, event);
  const answer = (request: IncomingMessage, response: ServerResponse): Promise<void> =>
    dashboard.answer(request, response);
  const collides = DASHBOARD_PATHS.some((path) => isTaken(stack.httpRoutes, path));
  const api = await serveHttpApi(stack.httpRoutes, invoke, port, collides ? undefined : { answer });
  const own = collides
    ? await serveHttpApi(stack.httpRoutes, invoke, 0, {
        answer,
        isFirst: (path) => DASHBOARD_PATHS.includes(path),
      })
    : undefined;
  let put = 0;
  const timers = [
    setInterval(() => {
      put = Math.max(put, putOf(playback.state()));
      board.sample(put);
    }, SAMPLE_MS),
    setInterval(() => {
      if (dashboard.viewers > 0) void takeWatermarks(board, reader, pipeline);
    }, WATERMARKS_MS),
  ];
  quarantine.start();
  return {
    apiUrl: api.url,
    url: `${(own ?? api).url}/`,
    close: async () => {
      for (const timer of timers) clearInterval(timer);
      dashboard.close();
      await Promise.all([api.close(), own?.close(), quarantine.stop()]);
    },
  };
}

function isTaken(routes: readonly HttpRoute[], path: string): boolean {
  return ['GET', 'POST'].some((method) => findRoute(routes, method, path) !== undefined);
}

function logsOf(board: Board, functionKey: string): { function: string; lines: readonly string[] } {
  if (board.functions.includes(functionKey)) return { function: functionKey, lines: board.logs(functionKey) };
  throw new RequestError(
    400,
    `there is no function '${functionKey}'; there are ${board.functions.join(', ')}`,
  );
}

/** All that have been put, in whatever pass. At the end of one it is not told whether it counts as a pass yet: it is at least this. */
function putOf({ put, total, passes }: Playback): number {
  return passes * total + (put < total ? put : 0);
}

async function takeWatermarks(board: Board, reader: DynamoPaneReader, pipeline: Pipeline): Promise<void> {
  try {
    board.setWatermarks(laneWatermarks(await reader.readLanes(), pipeline.maxOutOfOrderness));
  } catch {
    // The next look may succeed, and shows the same.
  }
}

/** What is made when it is first asked for; again, if that failed. */
function once(
  make: () => Promise<ReadonlyMap<string, PageFile>>,
): () => Promise<ReadonlyMap<string, PageFile>> {
  let made: Promise<ReadonlyMap<string, PageFile>> | undefined;
  return () => {
    made ??= make().catch((error: unknown) => {
      made = undefined;
      throw error;
    });
    return made;
  };
}
