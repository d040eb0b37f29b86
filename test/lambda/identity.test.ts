import { describe, expect, test } from 'vitest';
import { identityOf, logStreamName, traceHeader } from '../../lib/lambda/identity.ts';

const NOW = new Date('2024-03-01T12:00:00Z');

/** 0, 1/16, 2/16 …, so that digits count up. */
function counting(): () => number {
  let next = 0;
  return () => (next++ % 16) / 16;
}

describe('identityOf', () => {
  test('reads name and region from an ARN', () => {
    expect(identityOf('arn:aws:lambda:eu-west-1:000000000000:function:weir-dev-tick')).toEqual({
      functionName: 'weir-dev-tick',
      region: 'eu-west-1',
    });
  });

  test.each([
    'aggregate',
    'arn:aws:sns:eu-west-1:000000000000:function:a',
    'arn:aws:lambda:eu-west-1:0:layer:a',
  ])('refuses %s', (arn) => {
    expect(() => identityOf(arn)).toThrow(`"${arn}" must be the ARN of a function`);
  });
});

test('a log stream is named after the day and the version', () => {
  expect(logStreamName(NOW, counting())).toBe('2024/03/01/[$LATEST]0123456789abcdef0123456789abcdef');
});

test('a trace is named after the second in which it begins', () => {
  expect(traceHeader(NOW, counting(), true)).toBe(
    'Root=1-65e1c340-0123456789abcdef01234567;Parent=89abcdef01234567;Sampled=1',
  );
  expect(traceHeader(NOW, counting(), false)).toMatch(/;Sampled=0$/);
});
