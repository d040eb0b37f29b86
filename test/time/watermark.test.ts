import { describe, expect, it } from 'vitest';
import { pipelineWatermark } from '../../lib/time/watermark.ts';

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
