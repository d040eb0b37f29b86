import { Writable } from 'node:stream';
import { BufferedWriter } from '../../lib/cli/buffered-writer.ts';
import { createReport } from '../../lib/cli/replay-report.ts';
import type { Pipeline } from '../../lib/pipeline/pipeline.ts';
import { Replay } from '../../lib/replay/replay.ts';
import type { WindowShape } from '../../lib/time/window.ts';

/**
 * What a replay of events in one lane reports.
 *
 * @param windows what panes are merged to, by aggregate name
 */
export function reported(
  format: 'table' | 'ndjson',
  pipeline: Pipeline,
  events: readonly unknown[],
  windows?: ReadonlyMap<string, WindowShape>,
): string {
  let text = '';
  const out = new BufferedWriter(
    new Writable({
      write: (chunk: Buffer, _encoding, done) => {
        text += chunk.toString();
        done();
      },
    }),
  );
  const report = createReport(format, pipeline, out);
  const replay = new Replay(
    pipeline,
    {
      pane: (pane, isFinal) => {
        report.pane(pane, isFinal);
      },
      alert: (transition) => {
        report.alert(transition);
      },
      refused: () => undefined,
    },
    windows,
  );
  const lane = replay.lane();
  for (const event of events) replay.add(lane, event, undefined);
  replay.finish();
  const { length } = events;
  report.summary({
    read: length,
    applied: length,
    late: 0,
    quarantined: 0,
    ignored: 0,
    repeated: 0,
    seconds: 0,
  });
  void out.end();
  return text;
}
