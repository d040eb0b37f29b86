import { describe, expect, it } from 'vitest';
import { pipelineWatermark, silentWatermark } from '../../lib/time/watermark.ts';

const options = { maxOutOfOrderness: 10, idleAfter: 100 };

describe('pipelineWatermark', () => {
  it('is minus infinity without a lane', () => {
    expect(pipelineWatermark([], options)).toBe(-Infinity);
  });

  it('follows the greatest event time of a lane at the distance of the disorder', () => {
    expect(pipelineWatermark([{ maxEventTime: 1_000, at: 5 }], options)).toBe(990);
  });

  it('is that of the lane furthest behind', () => {
    const lanes = [
      { maxEventTime: 3_000, at: 500 },
      { maxEventTime: 1_000, at: 450 },
      { maxEventTime: 2_000, at: 500 },
    ];

    expect(pipelineWatermark(lanes, options)).toBe(990);
  });

  it('leaves out a lane that stood still for longer than idleAfter while others went on', () => {
    const behind = { maxEventTime: 1_000, at: 400 };
    const ahead = { maxEventTime: 3_000, at: 500 };

    expect(pipelineWatermark([behind, ahead], options)).toBe(990);
    expect(pipelineWatermark([{ ...behind, at: 399 }, ahead], options)).toBe(2_990);
  });

  it('does not move when all lanes stand still: the last one is never idle', () => {
    expect(pipelineWatermark([{ maxEventTime: 1_000, at: -1e12 }], options)).toBe(990);
  });

  it('waits for a lane at work that has had no event time yet', () => {
    const lanes = [
      { maxEventTime: -Infinity, at: 500 },
      { maxEventTime: 3_000, at: 500 },
    ];

    expect(pipelineWatermark(lanes, options)).toBe(-Infinity);
  });
});

describe('silentWatermark', () => {
  const rules = { maxOutOfOrderness: 10, silentAfter: 300 };
  const lanes = [
    { maxEventTime: 3_000, at: 400 },
    { maxEventTime: 1_000, at: 500 },
  ];

  it('is nothing while any lane has made progress lately', () => {
    expect(silentWatermark(lanes, rules, 799)).toBe(-Infinity);
  });

  it('goes on with the clock from the furthest lane, since the last one made progress', () => {
    expect(silentWatermark(lanes, rules, 800)).toBe(3_000 + 300 - 10);
    expect(silentWatermark(lanes, rules, 5_500)).toBe(3_000 + 5_000 - 10);
  });

  it('is nothing by a clock that is behind the lanes', () => {
    expect(silentWatermark(lanes, rules, -1e9)).toBe(-Infinity);
  });

  it('is nothing before the first event: nobody knows where event time would go on from', () => {
    expect(silentWatermark([], rules, 1e12)).toBe(-Infinity);
    expect(silentWatermark([{ maxEventTime: -Infinity, at: 0 }], rules, 1e12)).toBe(-Infinity);
  });

  it('is nothing ever, if no silence is long enough', () => {
    expect(silentWatermark(lanes, { ...rules, silentAfter: Infinity }, 1e12)).toBe(-Infinity);
  });
});
