import type { AlertState } from '../../lib/alerts/state.ts';
import { ReplayDispatcher } from '../../lib/replay/dispatcher.ts';
import type { Notice } from '../../lib/dispatch/notice.ts';
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
  const replay = new Replay(pipeline, {
    pane: () => undefined,
    alert: (transition) => transitions.push(transition),
    refused: ({ detail }) => {
      throw new Error(detail);
    },
  });
  const lane = replay.lane('events');
  for (const report of reports) replay.add(lane, report, undefined);
  replay.finish(T0 + until * MINUTE);
  const dispatcher = new ReplayDispatcher(pipeline, silences);
  const notices = dispatcher.advance(transitions, T0 + until * MINUTE);
  return { transitions, notices };
}
