import { describe, expect, it } from 'vitest';
import { givenAtOnce } from '../../lib/alerts/given-at-once.ts';
import { nothingKept, withTransitions } from '../../lib/alerts/write-judgement.ts';
import { alertItem } from '../../lib/store/alert-item.ts';
import { itemBytes, MOST_ITEM_BYTES } from '../../lib/store/item-size.ts';
import { alertState } from '../support/alert-state.ts';

const KB = 1024;
const seeing = (bytes: number, version: number) =>
  alertState({ version, at: version, value: { users: '\u00e9'.repeat(bytes / 2) } });

describe('givenAtOnce', () => {
  it('gives few transitions at once, in order', () => {
    const transitions = Array.from({ length: 120 }, (_, n) => alertState({ version: n + 1 }));

    const writes = givenAtOnce(transitions);

    expect(writes.map((write) => write.length)).toEqual([50, 50, 20]);
    expect(writes.flat()).toEqual(transitions);
  });

  it.each([1, 10, 60, 120, 127, 128, 300, 1_000])(
    'leaves room in an item for those whose conditions saw %i KB each',
    (kb) => {
      const transitions = Array.from({ length: 60 }, (_, n) => seeing(kb * KB, n + 1));

      const writes = givenAtOnce(transitions);

      let record = nothingKept('slow', 'home');
      for (const write of writes) {
        record = withTransitions(record, write);
        expect(itemBytes(alertItem(record, write))).toBeLessThan(MOST_ITEM_BYTES);
      }
      expect(writes.flat().map(({ version }) => version)).toEqual(transitions.map(({ version }) => version));
      expect(writes.flat().every(({ value }) => 'users' in value === kb < 128)).toBe(true);
    },
  );

  it('gives nothing of nothing', () => {
    expect(givenAtOnce([])).toEqual([]);
  });
});
