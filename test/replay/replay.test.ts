import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { AlertState } from '../../lib/alerts/state.ts';
import { count, definePipeline, sliding } from '../../lib/index.ts';
import { Replay } from '../../lib/replay/replay.ts';
import { minutes } from '../support/pipeline.ts';

const clicks = definePipeline(z.object({ at: z.number() }), {
  eventTime: (event) => event.at,
  aggregates: { clicks: { key: {}, pane: '1m', allowedLateness: '10m', measures: { n: count() } } },
  alerts: { busy: { on: 'clicks', over: sliding('3m', '1m'), when: (window) => window.n >= 3 } },
});

/** Replays events at these minutes; gives the states that were told of, in order. */
function statesOf(at: readonly number[]): string[] {
  const told: AlertState[] = [];
  const replay = new Replay(clicks, {
    pane: () => undefined,
    alert: (transition) => told.push(transition),
    refused: () => undefined,
  });
  const lane = replay.lane();
  for (const minute of at) replay.add(lane, { at: minutes(minute) }, undefined);
  replay.finish();
  return told.map(({ status }) => status);
}

describe('a replay', () => {
  it('judges windows again that late records were folded into', () => {
    expect(statesOf([0, 0.5, 8])).toEqual([]);
    expect(statesOf([0, 0.5, 8, 0.7])).toEqual(['firing', 'resolved']);
  });

  it('says nothing else of windows up to the latest transition', () => {
    expect(statesOf([5, 5.1, 5.2, 9, 0, 0.5, 0.7])).toEqual(['firing', 'resolved']);
  });

  it('keeps what windows need for as long as one of their panes takes records', () => {
    // The third click of the window of minutes 5 to 8 comes when the watermark is at 16.
    expect(statesOf([5, 6, 16, 7])).toEqual(['firing', 'resolved']);
  });

  it('judges at once what a lane brings that is behind the watermark, which does not go back', () => {
    const told: string[] = [];
    const replay = new Replay(clicks, {
      pane: () => undefined,
      alert: ({ status, value }) => told.push(`${status} ${String(value.n)}`),
      refused: () => undefined,
    });
    const ahead = replay.lane();
    for (const minute of [0, 0.5, 8]) replay.add(ahead, { at: minutes(minute) }, undefined);
    expect(told).toEqual([]);

    const behind = replay.lane();
    replay.add(behind, { at: minutes(0.2) }, undefined);
    replay.add(behind, { at: minutes(0.3) }, undefined);

    expect(told).toEqual(['firing 3', 'resolved 0']);
  });
});
