import { Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { BufferedWriter } from '../../lib/cli/buffered-writer.ts';
import { createReport } from '../../lib/cli/replay-report.ts';
import { count, definePipeline, tumbling } from '../../lib/index.ts';
import { Replay } from '../../lib/replay/replay.ts';
import { minutes, view } from '../support/pipeline.ts';

const pipeline = definePipeline(view, {
  eventTime: (event) => event.at,
  aggregates: {
    views: { key: { page: (event) => event.page }, pane: '5m', measures: { n: count() } },
    ever: { key: {}, pane: 'global', measures: { n: count() } },
  },
  alerts: {
    crowded: { on: 'views', over: tumbling('5m'), when: (window) => window.n >= 2, judge: 'early' },
  },
});

function report(format: 'table' | 'ndjson'): string {
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
  const replay = new Replay(pipeline, {
    pane: (pane, isFinal) => {
      report.pane(pane, isFinal);
    },
    alert: (transition) => {
      report.alert(transition);
    },
    refused: () => undefined,
  });
  const lane = replay.lane();
  for (const minute of [0, 1, 6, 12]) replay.add(lane, { at: minutes(minute), page: 'home' }, undefined);
  replay.finish();
  report.summary({ read: 4, applied: 4, late: 0, quarantined: 0, ignored: 0, repeated: 0, seconds: 0 });
  void out.end();
  return text;
}

describe('the machine form', () => {
  const lines = report('ndjson')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

  it('says of each aggregate whether it is final, and gives running totals once, without beginning or end', () => {
    const at = (minute: number): string => new Date(minutes(minute)).toISOString();
    const home = { type: 'aggregate', aggregate: 'views', key: { page: 'home' } };

    expect(lines.filter(({ type }) => type === 'aggregate')).toEqual([
      { ...home, start: at(0), end: at(5), final: true, measures: { n: 2 } },
      { ...home, start: at(5), end: at(10), final: true, measures: { n: 1 } },
      { ...home, start: at(10), end: at(15), final: false, measures: { n: 1 } },
      {
        type: 'aggregate',
        aggregate: 'ever',
        key: {},
        start: null,
        end: null,
        final: false,
        measures: { n: 4 },
      },
    ]);
  });

  it('says of each transition how it was judged', () => {
    const alerts = lines.filter(({ type }) => type === 'alert');

    expect(alerts.map(({ state, judged }) => [state, judged])).toEqual([
      ['firing', 'early'],
      ['resolved', 'onTime'],
    ]);
  });
});

describe('the form for people', () => {
  it('marks what was judged early, and has a table of running totals', () => {
    const text = report('table');

    expect(text).toContain('FIRING   crowded page=home (early)  n 2\n');
    expect(text).toContain('resolved crowded page=home  n 1\n');
    expect(text).toMatch(/\never\n┌─+┬─+┐\n│ panes │ n │\n├─+┼─+┤\n│ {5}1 │ 4 │\n/);
  });
});
