import { keyRecord } from '../../lib/fold/key.ts';
import { resultsOf } from '../../lib/fold/pane.ts';
import type { Pipeline } from '../../lib/index.ts';
import { Replay, type Outcome } from '../../lib/replay/replay.ts';
import type { NexmarkEvent } from './events.ts';
import { inTurns } from './lanes.ts';
import { rowName, type Row, type Rows } from './rows.ts';

const STRETCH = 300;

/** What a pipeline gives of some lanes in a replay; throws if it does not take an event. */
export function replayed(pipeline: Pipeline, lanes: readonly (readonly NexmarkEvent[])[]): Rows {
  const rows = new Map<string, Row>();
  const replay = new Replay(pipeline, {
    pane: ({ aggregate, key, start, end, accs }) => {
      const name = rowName(aggregate.name, Object.values(keyRecord(aggregate, key)), start);
      if (rows.has(name)) throw new Error(`${name} came twice`);
      rows.set(name, resultsOf(aggregate, accs, end - start));
    },
    alert: () => undefined,
    refused: ({ detail }) => {
      throw new Error(detail);
    },
  });
  const open = lanes.map(() => replay.lane());
  for (const { lane, things } of inTurns(lanes, STRETCH)) {
    for (const event of things) expectTaken(replay.add(open[lane]!, event, undefined), event);
  }
  replay.finish();
  return rows;
}

function expectTaken(outcome: Outcome, event: NexmarkEvent): void {
  if (outcome === undefined || outcome === 'ignored') return;
  throw new Error(`${JSON.stringify(event)} was not taken: ${JSON.stringify(outcome)}`);
}
