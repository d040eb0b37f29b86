import { Hono, type Context } from 'hono';
import type { PaneReader } from '../alerts/port.ts';
import { acknowledge } from './acknowledge.ts';
import { listAggregates, readAggregate } from './aggregates.ts';
import type { AlertContext } from './alert-context.ts';
import { listAlerts } from './alerts.ts';
import { readBody, type Body } from './body.ts';
import { callerOf } from './caller.ts';
import { readHistory } from './history.ts';
import { problemOf, QueryError, type Problem } from './problem.ts';
import { addSilence, endSilence, listSilences } from './silences.ts';

/** What the HTTP API reads from, and writes to. */
export interface QueryContext extends AlertContext {
  readonly panes: PaneReader;
  /** Told of every error that is not the caller's. */
  readonly onError: (error: unknown) => void;
}

/** The HTTP API: `/aggregates`, `/alerts` and `/silences`. Errors are RFC 9457 problem documents. */
export function createQueryApp(context: QueryContext): Hono {
  const { pipeline, panes, onError } = context;
  const app = new Hono();
  app.get('/aggregates', (c) => c.json({ aggregates: listAggregates(pipeline) }));
  app.get('/aggregates/:aggregate', async (c) =>
    c.json(await readAggregate(pipeline, panes, c.req.param('aggregate'), c.req.query())),
  );
  app.get('/alerts', async (c) => c.json(await listAlerts(context, c.req.query())));
  app.get('/alerts/:alert/history', async (c) =>
    c.json(await readHistory(context, c.req.param('alert'), c.req.query())),
  );
  app.post('/alerts/:alert/acknowledge', async (c) =>
    c.json(await acknowledge(context, c.req.param('alert'), await bodyOf(c), callerOf(c.env))),
  );
  app.get('/silences', async (c) => c.json(await listSilences(context, c.req.query())));
  app.post('/silences', async (c) => {
    const silence = await addSilence(context, await bodyOf(c), callerOf(c.env));
    return c.json(silence, 201, { location: `/silences/${silence.id}` });
  });
  app.delete('/silences/:id', async (c) => c.json(await endSilence(context, c.req.param('id'))));
  app.notFound((c) =>
    respond(
      problemOf(
        new QueryError(
          404,
          `there is nothing at ${c.req.method} ${c.req.path}; ask /aggregates, /alerts or /silences`,
        ),
      ),
    ),
  );
  app.onError((error) => {
    if (!(error instanceof QueryError)) onError(error);
    return respond(problemOf(error));
  });
  return app;
}

async function bodyOf(c: Context): Promise<Body> {
  return readBody(await c.req.text());
}

function respond(problem: Problem): Response {
  return new Response(JSON.stringify(problem), {
    status: problem.status,
    headers: { 'content-type': 'application/problem+json' },
  });
}
