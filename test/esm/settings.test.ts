import { describe, expect, test } from 'vitest';
import { MappingSettingsError, parseSettings } from '../../lib/esm/index.ts';
import { changeMapping } from '../../lib/esm/settings.ts';
import { MAPPING } from './harness.ts';

const DYNAMODB = 'arn:aws:dynamodb:us-east-1:000000000000:table/t/stream/2024-01-01T00:00:00.000';

describe('parseSettings', () => {
  test('fills in the defaults of AWS', () => {
    expect(parseSettings(MAPPING)).toMatchObject({
      source: 'kinesis',
      functionArn: 'arn:aws:lambda:us-east-1:000000000000:function:fold',
      enabled: true,
      startingPosition: { type: 'TRIM_HORIZON' },
      batchSize: 100,
      batchingWindowMs: 0,
      maximumRetryAttempts: Infinity,
      maximumRecordAgeMs: Infinity,
      bisectBatchOnFunctionError: false,
      reportBatchItemFailures: false,
      onFailure: undefined,
    });
  });

  test('takes settings that say nothing, as AWS returns them', () => {
    const settings = parseSettings({
      ...MAPPING,
      EventSourceArn: DYNAMODB,
      FunctionResponseTypes: [],
      MaximumRecordAgeInSeconds: -1,
      MaximumRetryAttempts: -1,
      ParallelizationFactor: 1,
      TumblingWindowInSeconds: 0,
      FilterCriteria: { Filters: [] },
      DestinationConfig: { OnFailure: {} },
    });
    expect(settings).toMatchObject({ source: 'dynamodb', maximumRetryAttempts: Infinity });
  });

  test('keeps a retry limit of 0 apart from none', () => {
    expect(parseSettings({ ...MAPPING, MaximumRetryAttempts: 0 }).maximumRetryAttempts).toBe(0);
  });

  test.each([
    ['fold', '000000000000:function:fold'],
    ['fold:live', '000000000000:function:fold:live'],
    ['123456789012:function:fold', '123456789012:function:fold'],
    ['123456789012:function:fold:7', '123456789012:function:fold:7'],
    ['arn:aws:lambda:us-east-1:123456789012:function:fold:$LATEST', '123456789012:function:fold:$LATEST'],
  ])('takes %s for a function', (FunctionName, expected) => {
    const { functionArn } = parseSettings({ ...MAPPING, FunctionName });
    expect(functionArn).toBe(`arn:aws:lambda:us-east-1:${expected}`);
  });

  test('turns seconds into milliseconds', () => {
    const settings = parseSettings({
      ...MAPPING,
      StartingPosition: 'AT_TIMESTAMP',
      StartingPositionTimestamp: 1_700_000_000.5,
      MaximumBatchingWindowInSeconds: 300,
      MaximumRecordAgeInSeconds: 60,
    });
    expect(settings).toMatchObject({
      startingPosition: { type: 'AT_TIMESTAMP', timestampMs: 1_700_000_000_500 },
      batchingWindowMs: 300_000,
      maximumRecordAgeMs: 60_000,
    });
  });

  test.each<[string, Record<string, unknown>, RegExp]>([
    ['an ARN that is none', { EventSourceArn: 'events' }, /EventSourceArn is "events"/],
    ['a queue as source', { EventSourceArn: 'arn:aws:sqs:us-east-1:0:q' }, /must be a Kinesis data stream/],
    [
      'a consumer without its timestamp',
      { EventSourceArn: `${MAPPING.EventSourceArn}/consumer/c` },
      /enhanced fan-out/,
    ],
    ['no function', { FunctionName: undefined }, /FunctionName is missing/],
    ['a function that is none', { FunctionName: 'a b' }, /FunctionName is "a b"/],
    ['no starting position', { StartingPosition: undefined }, /StartingPosition is missing/],
    [
      'AT_TIMESTAMP without one',
      { StartingPosition: 'AT_TIMESTAMP' },
      /StartingPositionTimestamp is missing/,
    ],
    ['a timestamp without AT_TIMESTAMP', { StartingPositionTimestamp: 1 }, /goes with AT_TIMESTAMP only/],
    ['AT_TIMESTAMP of a table', { EventSourceArn: DYNAMODB, StartingPosition: 'AT_TIMESTAMP' }, /or LATEST/],
    ['an empty batch', { BatchSize: 0 }, /BatchSize is 0: it must be a whole number from 1 to 10000/],
    ['a batch too large', { BatchSize: 10_001 }, /BatchSize is 10001/],
    ['half a record', { BatchSize: 1.5 }, /BatchSize is 1.5/],
    ['a window too long', { MaximumBatchingWindowInSeconds: 301 }, /from 0 to 300/],
    ['too many retries', { MaximumRetryAttempts: 10_001 }, /from -1 to 10000/],
    ['an age that AWS refuses', { MaximumRecordAgeInSeconds: 30 }, /or from 60 to 604800/],
    ['a boolean as text', { BisectBatchOnFunctionError: 'true' }, /must be true or false/],
    ['another response type', { FunctionResponseTypes: ['All'] }, /FunctionResponseTypes holds All/],
    [
      'a destination that is no ARN',
      { DestinationConfig: { OnFailure: { Destination: 'q' } } },
      /must be an ARN/,
    ],
    ['no lane at all', { ParallelizationFactor: 0 }, /ParallelizationFactor is 0: .* from 1 to 10/],
    ['too many lanes', { ParallelizationFactor: 11 }, /from 1 to 10/],
    ['a tumbling window too long', { TumblingWindowInSeconds: 901 }, /from 0 to 900/],
    [
      'a time that is none',
      { StartingPosition: 'AT_TIMESTAMP', StartingPositionTimestamp: new Date(NaN) },
      /StartingPositionTimestamp is no time/,
    ],
    ['an unknown setting', { BatchWindow: 1 }, /BatchWindow is no setting/],
  ])('refuses %s', (_, settings, message) => {
    const parse = () => parseSettings({ ...MAPPING, ...settings });
    expect(parse).toThrow(MappingSettingsError);
    expect(parse).toThrow(message);
  });

  test('takes what a stream can have more than its order and its batches', () => {
    const { filter, ...settings } = parseSettings({
      ...MAPPING,
      ParallelizationFactor: 10,
      TumblingWindowInSeconds: 900,
      FilterCriteria: { Filters: [{ Pattern: '{"partitionKey":["a"]}' }] },
    });
    expect(settings).toMatchObject({ parallelizationFactor: 10, tumblingWindowMs: 900_000 });
    expect(filter).toBeTypeOf('function');
  });

  test('takes a Date to start at', () => {
    const StartingPositionTimestamp = new Date(1_700_000_000_500);
    const settings = { ...MAPPING, StartingPosition: 'AT_TIMESTAMP', StartingPositionTimestamp };
    expect(parseSettings(settings).startingPosition).toEqual({
      type: 'AT_TIMESTAMP',
      timestampMs: 1_700_000_000_500,
    });
  });

  test('refuses to start in the future', () => {
    const settings = { ...MAPPING, StartingPosition: 'AT_TIMESTAMP', StartingPositionTimestamp: 1_000 };
    expect(() => parseSettings(settings, 999_999)).toThrow(/cannot be in the future/);
    expect(parseSettings(settings, 1_000_000)).toBeDefined();
  });
});

describe('changeMapping', () => {
  test('keeps what is not changed', () => {
    expect(changeMapping({ ...MAPPING, BatchSize: 7 }, { MaximumRetryAttempts: 2 })).toEqual({
      ...MAPPING,
      BatchSize: 7,
      MaximumRetryAttempts: 2,
    });
  });

  test('refuses to change what AWS does not let one change', () => {
    const change: object = { StartingPosition: 'LATEST' };
    expect(() => changeMapping(MAPPING, change)).toThrow(/StartingPosition cannot be changed/);
  });
});
