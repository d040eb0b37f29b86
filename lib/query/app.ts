import { Hono } from 'hono';
import type { PaneReader } from '../alerts/port.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import { listAggregates, readAggregate } from './aggregates.ts';
import { listAlerts, type AlertLister } from './alerts.ts';
import { problemOf, QueryError, type Problem } from './problem.ts';

/** What the HTTP API reads from. */
export interface QueryContext {
  readonly pipeline: Pipeline;
  readonly panes: PaneReader;
  readonly alerts: AlertLister;
  /** Told of every error that is not the caller's. */
  readonly onError: (error: unknown) => void;
}

/** The HTTP API: `/aggregates`, `/aggregates/{aggregate}` and `/alerts`. Errors are RFC 9457 problem documents. */
export function createQueryApp({ pipeline, panes, alerts, onError }: QueryContext): Hono {
  const app = new Hono();
  app.get('/aggregates', (c) => c.json({ aggregates: listAggregates(pipeline) }));
  app.get('/aggregates/:aggregate', async (c) =>
    c.json(await readAggregate(pipeline, panes, c.req.param('aggregate'), c.req.query())),
  );
  app.get('/alerts', async (c) => c.json(await listAlerts(pipeline, alerts, c.req.query())));
  app.notFound((c) =>
    respond(problemOf(new QueryError(404, `there is nothing at ${c.req.path}; ask /aggregates or /alerts`))),
  );
  app.onError((error) => {
    if (!(error instanceof QueryError)) onError(error);
    return respond(problemOf(error));
  });
  return app;
}

function respond(problem: Problem): Response {
  return new Response(JSON.stringify(problem), {
    status: problem.status,
    headers: { 'content-type': 'application/problem+json' },
  });
}
