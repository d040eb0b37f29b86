import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { KinesisStreamEvent } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import { decodeAndParse, scanAndGroup } from '../../bench/floors.ts';
import { groupBy, type OracleQuery } from '../oracle/duckdb.ts';

const fixture = (name: string) => fileURLToPath(new URL(`../../fixtures/${name}`, import.meta.url));

describe('decodeAndParse', () => {
  it('parses every record', async () => {
    const event = JSON.parse(await readFile(fixture('kinesis-event.json'), 'utf8')) as KinesisStreamEvent;

    expect(decodeAndParse(event)).toBe(8);
  });

  it('does not pass over a record that cannot be parsed', async () => {
    const event = JSON.parse(await readFile(fixture('kinesis-event.json'), 'utf8')) as KinesisStreamEvent;
    event.Records[3]!.kinesis.data = Buffer.from('{"time":').toString('base64');

    expect(() => decodeAndParse(event)).toThrow(SyntaxError);
  });
});

describe('scanAndGroup', () => {
  it('makes as many groups as the answer that is compared with', async () => {
    const query: OracleQuery = {
      columns: { time: 'TIMESTAMP', origin: 'VARCHAR', destination: 'VARCHAR', delay: 'BIGINT' },
      time: 'time',
      aggregates: [
        { key: ['origin'], pane: 3_600_000, measures: { n: { kind: 'count' } } },
        {
          key: ['origin', 'destination'],
          pane: 3_600_000,
          measures: { late: { kind: 'mean', of: 'delay' } },
        },
      ],
    };

    const results = await groupBy(fixture('flights.ndjson.gz'), query);
    const groups = await scanAndGroup(fixture('flights.ndjson.gz'), query);

    expect(groups).toBe(results[0]!.size + results[1]!.size);
    expect(results[0]!.size).toBeGreaterThan(5000);
  });
});
