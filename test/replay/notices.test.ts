import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AlertState } from '../../lib/alerts/state.ts';
import type { Notice } from '../../lib/dispatch/notice.ts';
import { count, definePipeline, max, tumbling } from '../../lib/index.ts';
import { Replay } from '../../lib/replay/replay.ts';
import { minutes, T0, view, type View } from '../support/pipeline.ts';

const pipeline = definePipeline(view, {
  eventTime: (event) => event.at,
  aggregates: {
    views: {
      key: { page: (event) => event.page },
      pane: '1m',
      measures: { n: count(), slowest: max((event) => event.ms) },
    },
  },
  alerts: {
    slow: {
      on: 'views',
      over: tumbling('1m'),
      when: (window) => window.slowest > 100,
      missing: 'keep',
      groupBy: [],
      groupWait: '2m',
      renotify: '10m',
      inhibitedBy: ['down'],
    },
    down: { on: 'views', over: tumbling('1m'), when: (window) => window.slowest > 1_000 },
  },
});

interface Given {
  readonly transitions: AlertState[];
  readonly notices: Notice[];
  /** All of them, as they came. */
  readonly times: number[];
}

function replayed(events: readonly View[], until?: number): Given {
  const given: Given = { transitions: [], notices: [], times: [] };
  const replay = new Replay(pipeline, {
    pane: () => undefined,
    alert: (transition) => {
      given.transitions.push(transition);
      given.times.push(transition.at);
    },
    notice: (notice) => {
      given.notices.push(notice);
      given.times.push(notice.at);
    },
    refused: () => undefined,
  });
  const lane = replay.lane();
  for (const event of events) replay.add(lane, event, undefined);
  replay.finish(until);
  return given;
}

const told = ({ notices }: Given): string[] =>
  notices.map(({ alert, kind, at, firing }) => `${(at - T0) / 60_000} ${alert} ${kind} ${firing}`);

const shown = (minute: number, page: string, ms: number): View => ({ at: minutes(minute), page, ms });

describe('a replay', () => {
  const events = [shown(0, 'a', 500), shown(1, 'b', 500), shown(2, 'a', 500), shown(4, 'a', 500)];

  it('tells of a group once it has waited', () => {
    expect(told(replayed(events))).toEqual(['3 slow firing 2']);
  });

  it('goes on in silence if it is told until when, and tells again', () => {
    expect(told(replayed(events, minutes(24)))).toEqual([
      '3 slow firing 2',
      '13 slow renotified 2',
      '23 slow renotified 2',
    ]);
  });

  it('does not tell of what another alert inhibits', () => {
    const down = [0, 1, 2, 3, 4, 5].map((minute) => shown(minute, 'a', 5_000));
    const up = [6, 7].map((minute) => shown(minute, 'a', 500));

    expect(told(replayed(down, minutes(6)))).toEqual(['1 down firing 1']);
    expect(told(replayed([...down, ...up], minutes(8)))).toEqual([
      '1 down firing 1',
      '7 down resolved 0',
      '8 slow firing 1',
    ]);
  });

  it('gives all of it in order of time, and the same however far at once the watermark moves', () => {
    const happening = fc.record({
      minute: fc.integer({ min: 0, max: 40 }),
      page: fc.constantFrom('a', 'b'),
      ms: fc.constantFrom(1, 500, 5_000),
    });
    let notices = 0;
    fc.assert(
      fc.property(fc.array(happening, { minLength: 1, maxLength: 40 }), (list) => {
        const sorted = list
          .sort((a, b) => a.minute - b.minute)
          .map(({ minute, page, ms }) => shown(minute, page, ms));
        // Events that no rule looks at move the watermark minute by minute.
        const ticking = Array.from({ length: 41 }, (_, minute) => shown(minute, 'c', 1));
        const often = [...sorted, ...ticking].sort((a, b) => Number(a.at) - Number(b.at));
        const [seldom, stepwise] = [replayed(sorted, minutes(60)), replayed(often, minutes(60))];

        expect(seldom.times).toEqual([...seldom.times].sort((a, b) => a - b));
        expect(stepwise.notices).toEqual(seldom.notices);
        notices += seldom.notices.length;
      }),
      { numRuns: 200 },
    );
    expect(notices).toBeGreaterThan(500);
  });
});
