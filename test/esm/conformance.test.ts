import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { EmbeddedAws } from '../../lib/local/aws/embedded.ts';
import { startEmbeddedAws } from '../../lib/local/aws/embedded.ts';
import { differences } from './conformance/differences.ts';
import { readRecordings } from './conformance/recording.ts';
import { run } from './conformance/run.ts';
import { TABLE_CASES } from './conformance/tables.ts';

let aws: EmbeddedAws;
beforeAll(async () => {
  aws = await startEmbeddedAws();
});
afterAll(() => aws.stop());

const recordings = readRecordings();

describe('what AWS did is done again', () => {
  if (!recordings) test.skip('the recordings of ../shared/data/esm are not there', () => undefined);
  test.concurrent.each(
    (recordings ?? []).map((recording, index) => [recording.name, recording, index] as const),
  )('%s', async (_, recording, index) => {
    expect(await run(recording, `recording-${index}`, aws)).toEqual([]);
  });
});

describe("a table's stream is worked off as AWS documents it", () => {
  test.concurrent.each(TABLE_CASES.map((recording, index) => [recording.name, recording, index] as const))(
    '%s',
    async (_, recording, index) => {
      expect(await run(recording, `table-${index}`, aws)).toEqual([]);
    },
  );
});

describe('the suite', () => {
  const settings = { StartingPosition: 'TRIM_HORIZON' };

  test('fails for a case that it does not know', async () => {
    const unknown = { name: 'kinesis_something_new', settings };
    await expect(run(unknown, 'unknown', aws)).rejects.toThrow(
      'the suite does not know what kinesis_something_new is',
    );
  });

  test('fails for an output that it does not know', async () => {
    const unknown = { name: 'kinesis_empty_provided', settings, new_output: {} };
    await expect(run(unknown, 'unknown-output', aws)).rejects.toThrow('does not know what new_output is');
  });

  test('sees each field that differs, and placeholders that stand for two values', () => {
    const recorded = {
      a: '<sequence-number:1>',
      b: ['<sequence-number:1>', '<sequence-number:2>'],
      c: 1,
      d: 'x',
    };
    const compare = (actual: unknown) => differences(recorded, actual, new Map());
    expect(compare({ a: '7', b: ['7', '8'], c: 1, d: 'x' })).toEqual([]);
    expect(compare({ a: '7', b: ['7', '7'], c: 1, d: 'x' })).toHaveLength(1);
    expect(compare({ a: '7', b: ['8', '8'], c: 2, d: 'x' })).toHaveLength(2);
    expect(compare({ a: 'seven', b: ['7'], c: 1, d: 'x', e: null })).toHaveLength(3);
    expect(compare({ a: '7', b: ['7', '8'], c: '1' })).toHaveLength(2);
  });
});
