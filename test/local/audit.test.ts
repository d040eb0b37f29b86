import { describe, expect, test } from 'vitest';
import { Audit, auditName } from '../../lib/local/audit.ts';
import { lateMessages } from '../../lib/quarantine/message.ts';
import pipeline from '../../pipeline.ts';
import market from '../support/market.ts';

const FLIGHT =
  '{"time":"2001-06-14T19:05:00Z","origin":"ORD","destination":"SLC","delay":196,"distance":1249}';
const PANES = [
  auditName('departures', 'ORD', Date.UTC(2001, 5, 14, 19)),
  auditName('routes', 'ORD|SLC', Date.UTC(2001, 5, 14)),
];

/** As it is, an event of any kind may be an order. */
const apart = {
  ...market,
  sources: market.sources.map((source) =>
    source.stream === 'orders' ? { ...source, when: { type: ['order'] } } : source,
  ),
};

function audited(...lines: string[]): Audit {
  const audit = new Audit(pipeline);
  for (const line of lines) audit.put(line);
  return audit;
}

function stored(departures: number, routes: number): Map<string, number> {
  return new Map([
    [PANES[0]!, departures],
    [PANES[1]!, routes],
  ]);
}

describe('Audit', () => {
  test('finds nothing wrong with what agrees', () => {
    expect(audited(FLIGHT, FLIGHT).compare(stored(2, 2))).toEqual({ lost: 0, doubled: 0 });
  });

  test('finds a record that is missing from one pane', () => {
    expect(audited(FLIGHT, FLIGHT).compare(stored(1, 2))).toEqual({ lost: 1, doubled: 0 });
  });

  test('finds a record that is counted twice, and does not set it off against one that is lost', () => {
    expect(audited(FLIGHT, FLIGHT).compare(stored(3, 1))).toEqual({ lost: 1, doubled: 1 });
  });

  test('finds a pane that nothing was put for', () => {
    const panes = stored(1, 1).set(auditName('departures', 'XXX', 0), 4);
    expect(audited(FLIGHT).compare(panes)).toEqual({ lost: 0, doubled: 4 });
  });

  test('expects nothing of lines that are no events', () => {
    expect(audited('{', '{"time":"soon"}', FLIGHT).compare(stored(1, 1))).toEqual({ lost: 0, doubled: 0 });
  });

  test('expects each event in the aggregates of its source, and one of no source nowhere', () => {
    const audit = new Audit(apart);
    for (const line of [
      '{"type":"bid","at":0,"auction":"a","price":3}',
      '{"type":"auction","at":0,"auction":"a"}',
      '{"type":"order","at":0,"amount":5}',
      '{"type":"click","at":0}',
    ])
      audit.put(line);
    const panes = [
      auditName('bidding', 'a', 0),
      ...['paid', 'opened', 'sales'].map((name) => auditName(name, '', 0)),
    ];
    expect(audit.compare(new Map(panes.map((name) => [name, 1])))).toEqual({ lost: 0, doubled: 0 });
  });

  test('expects late records in the aggregates only for which they were not late', () => {
    const audit = audited(FLIGHT);
    const late = {
      origin: { source: 'test' },
      bytes: Buffer.from(FLIGHT),
      aggregates: ['departures'],
    };
    for (const message of lateMessages(late, 0)) audit.aside(message);
    expect(audit.compare(stored(0, 1))).toEqual({ lost: 0, doubled: 0 });
  });
});
