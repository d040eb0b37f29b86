import { describe, expect, test } from 'vitest';
import { MetricsTally } from '../../lib/local/metrics-tally.ts';

describe('MetricsTally', () => {
  test('sums metrics over lines that come in pieces, and gives back the others', () => {
    const tally = new MetricsTally();
    expect(tally.take('aggregate', '{"_aws":{},"PanesWritten":3}\n{"_aws":{},"Panes')).toEqual([]);
    expect(tally.take('evaluate', 'a warning\n{"_aws":{},"PanesWritten":10}\n')).toEqual(['a warning']);
    expect(tally.take('aggregate', 'Written":[4,5]}\n')).toEqual([]);
    expect(tally.sum('PanesWritten')).toBe(22);
    expect(tally.sum('RecordsLate')).toBe(0);
    expect([tally.sum('PanesWritten', 'aggregate'), tally.sum('PanesWritten', 'evaluate')]).toEqual([12, 10]);
    expect(tally.sum('PanesWritten', 'notify')).toBe(0);
  });

  test('gives back a line that only looks like metrics', () => {
    expect(new MetricsTally().take('aggregate', 'said "_aws" and fell\n')).toEqual(['said "_aws" and fell']);
  });
});
