import type { AlertState } from '../../lib/alerts/state.ts';
import type { Notice } from '../../lib/dispatch/notice.ts';
import type { Quarantined } from '../../lib/quarantine/rejection.ts';
import { Replay } from '../../lib/replay/replay.ts';
import { MINUTE, T0, type Scenario } from './scenario.ts';

/** What came of a scenario. */
export interface Course {
  readonly transitions: readonly AlertState[];
  readonly notices: readonly Notice[];
}

/** The scenario replayed in memory. */
export function replayed({ pipeline, reports, until, silences = [] }: Scenario): Course {
  const transitions: AlertState[] = [];
  const notices: Notice[] = [];
  const sink = {
    pane: () => undefined,
    alert: (transition: AlertState) => transitions.push(transition),
    notice: (notice: Notice) => notices.push(notice),
    refused: ({ detail }: Quarantined) => {
      throw new Error(detail);
    },
  };
  const replay = new Replay(pipeline, sink, new Map(), silences);
  const lane = replay.lane('events');
  for (const report of reports) replay.add(lane, report, undefined);
  replay.finish(T0 + until * MINUTE);
  return { transitions, notices };
}
