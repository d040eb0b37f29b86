import { describe, expect, it } from 'vitest';
import { functionKey } from '../../../lib/local/stack/functions.ts';

describe('functionKey', () => {
  it.each([
    ['AggregateLambdaFunction', 'weir-dev-aggregate', 'aggregate'],
    ['MyDashFoldLambdaFunction', 'weir-dev-my-Fold', 'my-Fold'],
    ['AUnderscorebLambdaFunction', 'weir-dev-a_b', 'a_b'],
    ['FoldLambdaFunction', 'a-name-of-its-own', 'fold'],
  ])('takes the key of %s named %s to be %s', (logicalId, functionName, key) => {
    expect(functionKey(logicalId, functionName)).toBe(key);
  });
});
