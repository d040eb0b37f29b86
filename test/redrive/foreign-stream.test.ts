import { describe, expect, it } from 'vitest';
import { keepForeign } from '../../lib/redrive/foreign-stream.ts';

const arnOf = (name: string, account = '000000000000'): string =>
  `arn:aws:kinesis:us-east-1:${account}:stream/${name}`;

describe('of a stage with one stream', () => {
  it.each([arnOf('weir-dev-events'), 'weir-dev-events'])('takes the records of the stage: %s', (own) => {
    expect(keepForeign([own], arnOf('weir-dev-events'))).toBeUndefined();
  });

  it.each([arnOf('weir-dev-events'), 'weir-dev-events'])('keeps those of another stage: %s', (own) => {
    expect(keepForeign([own], arnOf('weir-prod-events'))).toEqual({
      kind: 'kept',
      detail:
        "the records are of stream weir-prod-events, and this stage's is weir-dev-events; run with that --stage",
    });
  });

  it('keeps those of another account’s stream of the same name, where the account is known', () => {
    const foreign = arnOf('weir-dev-events', '111111111111');

    expect(keepForeign([arnOf('weir-dev-events')], foreign)?.detail).toContain(foreign);
    expect(keepForeign(['weir-dev-events'], foreign)).toBeUndefined();
  });

  it('keeps those of a table’s stream', () => {
    const table = 'arn:aws:dynamodb:us-east-1:000000000000:table/x/stream/weir-dev-events';

    expect(keepForeign(['weir-dev-events'], table)).toMatchObject({ kind: 'kept' });
  });
});

describe.each([
  ['ARNs', arnOf('weir-dev-events'), arnOf('weir-dev-orders')],
  ['names', 'weir-dev-events', 'weir-dev-orders'],
])('of a stage with several streams, known by their %s', (_, ...streams) => {
  it.each(['weir-dev-events', 'weir-dev-orders'])('takes the records of %s', (name) => {
    expect(keepForeign(streams, arnOf(name))).toBeUndefined();
  });

  it('keeps those of another stage, and names its own', () => {
    expect(keepForeign(streams, arnOf('weir-prod-orders'))).toEqual({
      kind: 'kept',
      detail:
        "the records are of stream weir-prod-orders, and this stage's are weir-dev-events, weir-dev-orders; run with that --stage",
    });
  });
});
