import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isGzip, unzip } from '../../lib/decode/gzip.ts';

describe('isGzip', () => {
  it('tells gzip by its magic', () => {
    expect(isGzip(gzipSync('{}'))).toBe(true);
    expect(isGzip(Buffer.from('{}'))).toBe(false);
    expect(isGzip(Buffer.of(0x1f))).toBe(false);
    expect(isGzip(Buffer.of())).toBe(false);
  });
});

describe('unzip', () => {
  it('gives back what was packed, in one member or several', () => {
    expect(unzip(Buffer.concat([gzipSync('{"a"'), gzipSync(':1}')]), 100)).toEqual(Buffer.from('{"a":1}'));
  });

  it('gives as much as it may, and refuses a byte more', () => {
    expect(unzip(gzipSync('12345'), 5)).toEqual(Buffer.from('12345'));
    expect(unzip(gzipSync('12345'), 4)).toMatchObject({ reason: 'too-large' });
    expect(unzip(gzipSync(''), 0)).toEqual(Buffer.of());
    expect(unzip(gzipSync('1'), 0)).toMatchObject({ reason: 'too-large' });
  });

  it('refuses what would fill the memory, before it does', () => {
    const member = gzipSync(Buffer.alloc(1 << 26));
    const bomb = Buffer.concat(Array.from({ length: 64 }, () => member));
    const before = process.memoryUsage().rss;

    expect(unzip(bomb, 1 << 20)).toMatchObject({ reason: 'too-large' });
    expect(process.memoryUsage().rss - before).toBeLessThan(1 << 28);
  });

  it('never throws over gzip that is cut or changed', () => {
    const bytes = gzipSync('{"page":"home"}');
    for (let length = 2; length < bytes.length; length++)
      expect(unzip(bytes.subarray(0, length), 100)).toMatchObject({ reason: 'bad-gzip' });
    fc.assert(
      fc.property(fc.nat(bytes.length * 8 - 1), (bit) => {
        const broken = Buffer.from(bytes);
        broken.writeUInt8(broken.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);

        expect(() => unzip(broken, 100)).not.toThrow();
      }),
    );
  });
});
