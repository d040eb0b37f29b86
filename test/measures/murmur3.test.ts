import { expect, it } from 'vitest';
import { murmur3 } from '../../lib/measures/murmur3.ts';

function hashBytes(bytes: Buffer, seed: number): Buffer {
  const words = new Int32Array(Math.ceil((bytes.length + 1) / 16) * 4);
  Buffer.from(words.buffer).set(bytes);
  const digest = murmur3(words, bytes.length, seed);
  return Buffer.from(digest.buffer.slice(0));
}

// SMHasher's VerificationTest and the value that it has for MurmurHash3_x86_128:
// https://github.com/aappleby/smhasher/blob/master/src/main.cpp
it('is MurmurHash3_x86_128 for keys of 0 to 255 bytes and as many seeds', () => {
  const keys = Array.from({ length: 256 }, (_, length) => Buffer.from(Array.from({ length }, (_, i) => i)));
  const hashes = Buffer.concat(keys.map((key, length) => hashBytes(key, 256 - length)));

  expect(hashBytes(hashes, 0).readUInt32LE(0)).toBe(0xb3ece62a);
});

it('changes each bit of the hash half of the time when one bit of the input changes', () => {
  const rounds = 2_000;
  const flips = new Uint32Array(64 * 64);
  const words = new Int32Array(4);
  for (let round = 0; round < rounds; round++) {
    words[0] = Math.imul(round, 0x9e3779b1);
    words[1] = Math.imul(round, 0x85ebca77);
    const before = murmur3(words, 8, 2).slice();
    for (let bit = 0; bit < 64; bit++) {
      words[bit >> 5]! ^= 1 << (bit & 31);
      const after = murmur3(words, 8, 2);
      for (let out = 0; out < 64; out++) {
        flips[bit * 64 + out]! += ((after[out >> 5]! ^ before[out >> 5]!) >>> (out & 31)) & 1;
      }
      words[bit >> 5]! ^= 1 << (bit & 31);
    }
  }

  // Of 4,096 shares, the furthest from a half lies within five standard deviations of 1.1 %.
  expect(Math.min(...flips) / rounds).toBeGreaterThan(0.444);
  expect(Math.max(...flips) / rounds).toBeLessThan(0.556);
});
