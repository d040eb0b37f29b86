import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Ledger } from '../../lib/esm/ledger.ts';

const record = (n: number) => ({
  sequenceNumber: String(n),
  arrivalMs: n,
  orderKey: '',
  event: {},
  bytes: n,
});

describe('Ledger', () => {
  test('reaches the last record before which all are dealt with, in whatever order they are', () => {
    const steps = fc.array(fc.record({ isWanted: fc.boolean(), rank: fc.integer() }), { maxLength: 30 });
    fc.assert(
      fc.property(steps, (records) => {
        const ledger = new Ledger();
        const all = records.map((step, index) => ({ ...step, record: record(index + 1) }));
        for (const { isWanted, record } of all) {
          if (isWanted) ledger.add(record);
          else ledger.pass(record);
        }
        const open = new Set(all.filter(({ isWanted }) => isWanted));
        for (const next of [...open].sort((a, b) => a.rank - b.rank)) {
          ledger.dealtWith([next.record]);
          open.delete(next);
          const first = all.findIndex((step) => open.has(step));
          expect(ledger.reached?.sequenceNumber).toBe(
            all[(first === -1 ? all.length : first) - 1]?.record.sequenceNumber,
          );
          expect(ledger.size).toBe(open.size);
          expect(ledger.bytes).toBe([...open].reduce((sum, { record: { bytes } }) => sum + bytes, 0));
        }
      }),
    );
  });
});
