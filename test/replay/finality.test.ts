import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { count, definePipeline, tumbling } from '../../lib/index.ts';
import { Replay } from '../../lib/replay/replay.ts';
import { MINUTE, minutes, T0 } from '../support/pipeline.ts';

const clicks = definePipeline(z.object({ at: z.number() }), {
  eventTime: (event) => event.at,
  maxOutOfOrderness: '1m',
  aggregates: {
    clicks: { key: {}, pane: '1m', allowedLateness: '10m', measures: { n: count() } },
    total: { key: {}, pane: 'global', measures: { n: count() } },
  },
  alerts: { busy: { on: 'clicks', over: tumbling('1m'), when: (window) => window.n > 100 } },
});

function setUp(windows?: ConstructorParameters<typeof Replay>[2]) {
  const given: string[] = [];
  const replay = new Replay(
    clicks,
    {
      pane: ({ aggregate, start }, isFinal) => {
        const place = aggregate.pane === Infinity ? 'total' : String((start - T0) / MINUTE);
        given.push(isFinal ? place : `${place} not final`);
      },
      alert: () => undefined,
      refused: () => undefined,
    },
    windows,
  );
  const add = (lane: ReturnType<Replay['lane']>, ...at: readonly number[]) =>
    at.map((minute) => replay.add(lane, { at: minutes(minute) }, undefined));
  return { replay, given, add };
}

describe('what a replay gives', () => {
  it('is final where the watermark has passed the end and the allowed lateness, and not at the end of the input', () => {
    const { replay, given, add } = setUp();

    add(replay.lane(), 0, 5, 12, 16.9);
    expect(given).toEqual(['0']);
    replay.finish();

    expect(given).toEqual(['0', '5 not final', '12 not final', '16 not final', 'total not final']);
  });

  it('is final by the lane that came furthest, once all have ended', () => {
    const { replay, given, add } = setUp();
    const [first, second] = [replay.lane(), replay.lane()];

    add(first, 0, 20);
    replay.end(first);
    add(second, 1, 10);
    replay.end(second);
    replay.finish();

    expect(given).toEqual(['0', '1', '10 not final', '20 not final', 'total not final']);
  });

  it('is windows with the same word, which are final when their last pane is', () => {
    const { replay, given, add } = setUp(new Map([['clicks', tumbling('5m')]]));

    add(replay.lane(), 0, 4, 6, 16, 17);
    replay.finish();

    expect(given).toEqual(['0', '5 not final', '15 not final', 'total not final']);
  });

  it('stays final, for lanes that begin later too', () => {
    const { replay, given, add } = setUp();
    add(replay.lane(), 0, 100);

    const [outcome] = add(replay.lane(), 0.5);
    replay.finish();

    expect(outcome).toMatchObject({ lateFor: [{ name: 'clicks' }] });
    expect(given.filter((pane) => pane.startsWith('0'))).toEqual(['0']);
  });

  it('stays final while a lane that is further behind goes on', () => {
    const { replay, given, add } = setUp();
    add(replay.lane(), 87, 100);

    // The third is in time by its own lane alone.
    const outcomes = add(replay.lane(), 95, 97.5, 87.5);
    replay.finish();

    expect(outcomes.map((outcome) => outcome !== undefined)).toEqual([false, false, true]);
    expect(given.filter((pane) => pane.startsWith('87'))).toEqual(['87']);
  });
});
