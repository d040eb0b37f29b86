import { expect, test } from 'vitest';
import { heapLimits } from '../../lib/lambda/node-options.ts';

test.each([
  ['', { maxOldGenerationSizeMb: 512 }],
  ['--enable-source-maps', { maxOldGenerationSizeMb: 512 }],
  [
    '--enable-source-maps --max-semi-space-size=64',
    { maxOldGenerationSizeMb: 512, maxYoungGenerationSizeMb: 192 },
  ],
  ['--max_semi_space_size 16', { maxOldGenerationSizeMb: 512, maxYoungGenerationSizeMb: 48 }],
  ['--max-old-space-size=256', { maxOldGenerationSizeMb: 256 }],
  ['--max-old-space-size=4096', { maxOldGenerationSizeMb: 512 }],
])('a heap of 512 MB with NODE_OPTIONS "%s"', (nodeOptions, limits) => {
  expect(heapLimits(512, nodeOptions)).toEqual(limits);
});
