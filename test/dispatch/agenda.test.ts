import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Agenda } from '../../lib/dispatch/agenda.ts';

describe('Agenda', () => {
  it('gives the keys of the times that have come, the earliest first', () => {
    const anySteps = fc.array(fc.tuple(fc.nat(30), fc.boolean()), { maxLength: 60 });
    fc.assert(
      fc.property(anySteps, (steps) => {
        const agenda = new Agenda();
        let model: number[] = [];
        for (const [time, takes] of steps) {
          if (takes) {
            const due = model.filter((one) => one <= time).sort((a, b) => a - b);
            model = model.filter((one) => one > time);
            expect(agenda.take(time).map(Number)).toEqual(due);
          } else {
            model.push(time);
            agenda.add(time, String(time));
          }
          expect(agenda.time).toBe(Math.min(...model));
        }
      }),
    );
  });
});
