import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Lines } from '../../lib/lambda/lines.ts';

test('lines are the same however they were written', () => {
  const pieces = fc.array(fc.string({ unit: fc.constantFrom('a', 'b', '\n') }), { maxLength: 10 });
  fc.assert(
    fc.property(pieces, (written) => {
      const lines: string[] = [];
      const assembler = new Lines((line) => lines.push(line));
      for (const piece of written) assembler.take(piece);
      assembler.flush();
      assembler.flush();
      const text = written.join('');
      expect(lines.join('')).toBe(text === '' || text.endsWith('\n') ? text : `${text}\n`);
      for (const line of lines) expect(line.indexOf('\n')).toBe(line.length - 1);
    }),
  );
});
