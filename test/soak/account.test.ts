import { describe, expect, test } from 'vitest';
import type { QuarantineMessage } from '../../lib/quarantine/message.ts';
import { account, type Remains, type StoredPane, type StreamRecord } from './account.ts';
import { paneName } from './expected.ts';
import type { Content, Flight } from './flights.ts';

const SHARD = 'shardId-000000000000';
const MINUTE = 60_000;

function flight(minutes: number, delay = 10): Flight {
  return { at: minutes * MINUTE, origin: 'ATL', destination: 'ORD', delay, distance: 600 };
}

function records(...contents: Content[]): StreamRecord[] {
  return contents.map((content, i) => ({ sequence: String(i), contents: [content], isAggregated: false }));
}

function aside(sequence: string, fields: Partial<QuarantineMessage>): QuarantineMessage {
  return {
    version: 1,
    id: sequence,
    kind: 'quarantined',
    reason: 'not-json',
    detail: '',
    origin: { source: 'stream', shard: SHARD, sequence },
    bytes: 1,
    part: 1,
    parts: 1,
    data: '',
    ...fields,
  };
}

function panes(
  departures: Record<number, [records: number, delay: number, worst: number]>,
  [n, delay]: [records: number, delay: number],
): Map<string, StoredPane> {
  return new Map([
    ...Object.entries(departures).map(([minutes, [flights, mean, worst]]): [string, StoredPane] => [
      paneName('departures', 'ATL', Number(minutes) * MINUTE),
      { records: flights, results: { flights, delay: mean, worst, spread: 0 } },
    ]),
    [paneName('routes', 'ATL|ORD', 0), { records: n, results: { flights: n, delay, miles: n * 600 } }],
  ]);
}

function find(contents: readonly StreamRecord[], rest: Partial<Remains>) {
  return account({
    shards: [{ shardId: SHARD, records: contents }],
    givenUp: [],
    quarantine: [],
    panes: new Map(),
    ...rest,
  });
}

describe('account', () => {
  test('finds nothing where every record is in its panes once', () => {
    const stored = panes({ 0: [2, 20, 30], 15: [1, 60, 60] }, [3, 100 / 3]);
    expect(find(records(flight(1), flight(2, 30), flight(15, 60)), { panes: stored })).toMatchObject({
      lost: 0,
      doubled: 0,
      late: 0,
      refused: 0,
      violations: [],
    });
  });

  test('names the pane that lost a record, and the one that counted one twice', () => {
    const stored = panes({ 0: [1, 20, 30], 15: [2, 60, 60] }, [3, 100 / 3]);
    const findings = find(records(flight(1), flight(2, 30), flight(15, 60)), { panes: stored });
    expect(findings).toMatchObject({ lost: 1, doubled: 1 });
    expect(findings.violations).toEqual([
      'departures of ATL at 1970-01-01T00:00:00.000Z holds 1 records, and must hold 2',
      'departures of ATL at 1970-01-01T00:15:00.000Z holds 2 records, and must hold 1',
    ]);
  });

  test('names the measure that is not what it must be', () => {
    const findings = find(records(flight(1), flight(2, 30)), { panes: panes({ 0: [2, 20, 10] }, [2, 20]) });
    expect(findings.violations).toEqual([
      'departures of ATL at 1970-01-01T00:00:00.000Z has 10 as worst, and must have 30',
    ]);
  });

  test('counts user records of the KPL one by one', () => {
    const aggregated = [{ sequence: '0', contents: [flight(1), flight(2)], isAggregated: true }];
    expect(find(aggregated, { panes: panes({ 0: [2, 10, 10] }, [2, 10]) }).violations).toEqual([]);
  });

  test('leaves out what is rightly said to be late, from the aggregates that are named', () => {
    const late = aside('1', { kind: 'late', reason: 'late', aggregates: ['departures'] });
    const stored = panes({ 15: [1, 10, 10] }, [2, 10]);
    const findings = find(records(flight(16), flight(1)), { panes: stored, quarantine: [late, late] });
    expect(findings).toMatchObject({ lost: 0, doubled: 0, late: 1, violations: [] });
  });

  test('tells when a record was called late that came in time, and when a late one was not', () => {
    const late = aside('1', { kind: 'late', reason: 'late', aggregates: ['departures'] });
    const early = panes({ 15: [1, 10, 10] }, [2, 10]);
    expect(find(records(flight(15.9), flight(1)), { panes: early, quarantine: [late] }).violations).toEqual([
      `departures without record 1 of ${SHARD}, though it came in time`,
    ]);
    const both = panes({ 0: [1, 10, 10], 15: [1, 10, 10] }, [2, 10]);
    expect(find(records(flight(16), flight(1)), { panes: both }).violations).toEqual([
      `departures without record 1 of ${SHARD} must be late, and is not said to be`,
    ]);
  });

  test('takes a record for late or in time where what closed its pane was given up', () => {
    const late = aside('1', { kind: 'late', reason: 'late', aggregates: ['departures'] });
    const givenUp = [{ shardId: SHARD, first: '0', last: '0' }];
    const stream = records(flight(16), flight(1));
    const without = panes({ 15: [1, 10, 10] }, [2, 10]);
    expect(find(stream, { panes: without, quarantine: [late], givenUp }).violations).toEqual([]);
    const both = panes({ 0: [1, 10, 10], 15: [1, 10, 10] }, [2, 10]);
    expect(find(stream, { panes: both, givenUp }).violations).toEqual([]);
  });

  test('wants every refused record set aside for its reason, and nothing else', () => {
    const stream = records({ refused: 'not-json' }, flight(1), { refused: 'wrong-schema' });
    const findings = find(stream, {
      panes: panes({ 0: [1, 10, 10] }, [1, 10]),
      quarantine: [aside('0', {}), aside('0', {}), aside('1', {}), aside('7', {})],
    });
    expect(findings).toMatchObject({ lost: 0, doubled: 0, refused: 3 });
    expect(findings.violations).toEqual([
      `record 1 of ${SHARD} is an event, and was set aside as not-json`,
      `record 2 of ${SHARD} is wrong-schema, and was not set aside`,
      `record 7 of ${SHARD} was set aside, and is not in the stream`,
    ]);
  });
});
