// Multiplication by these constants, all odd, loses nothing.
const C1 = 0x239b961b;
const C2 = 0xab0e9789;
const C3 = 0x38b34ae5;
const C4 = 0xa1e38b93;

const digest = new Int32Array(4);

/**
 * MurmurHash3 of 128 bits in its form for 32-bit arithmetic, which JavaScript has without BigInt. Any 64 of its bits are a
 * 64-bit hash.
 *
 * Source: Austin Appleby, MurmurHash3_x86_128, https://github.com/aappleby/smhasher/blob/master/src/MurmurHash3.cpp
 *
 * @param words what is hashed, as little-endian words; zeros follow it up to a multiple of four words
 * @param length of what is hashed, in bytes
 * @returns four words, which the next call overwrites: nothing is allocated for a value
 */
export function murmur3(words: Int32Array, length: number, seed: number): Int32Array {
  const whole = (length >>> 4) << 2;
  let h1 = seed;
  let h2 = seed;
  let h3 = seed;
  let h4 = seed;
  for (let i = 0; i < whole; i += 4) {
    h1 ^= mixed(words[i] ?? 0, C1, 15, C2);
    h1 = (Math.imul((rotated(h1, 19) + h2) | 0, 5) + 0x561ccd1b) | 0;
    h2 ^= mixed(words[i + 1] ?? 0, C2, 16, C3);
    h2 = (Math.imul((rotated(h2, 17) + h3) | 0, 5) + 0x0bcaa747) | 0;
    h3 ^= mixed(words[i + 2] ?? 0, C3, 17, C4);
    h3 = (Math.imul((rotated(h3, 15) + h4) | 0, 5) + 0x96cd1c35) | 0;
    h4 ^= mixed(words[i + 3] ?? 0, C4, 18, C1);
    h4 = (Math.imul((rotated(h4, 13) + h1) | 0, 5) + 0x32ac3b17) | 0;
  }
  if ((length & 15) !== 0) {
    // A word of zeros changes nothing here, so that the tail need not be told apart from what fills it up.
    h1 ^= mixed(words[whole] ?? 0, C1, 15, C2);
    h2 ^= mixed(words[whole + 1] ?? 0, C2, 16, C3);
    h3 ^= mixed(words[whole + 2] ?? 0, C3, 17, C4);
    h4 ^= mixed(words[whole + 3] ?? 0, C4, 18, C1);
  }
  h1 ^= length;
  h2 ^= length;
  h3 ^= length;
  h4 ^= length;
  h1 = (h1 + h2 + h3 + h4) | 0;
  h2 = finished((h2 + h1) | 0);
  h3 = finished((h3 + h1) | 0);
  h4 = finished((h4 + h1) | 0);
  h1 = finished(h1);
  h1 = (h1 + h2 + h3 + h4) | 0;
  digest[0] = h1;
  digest[1] = h2 + h1;
  digest[2] = h3 + h1;
  digest[3] = h4 + h1;
  return digest;
}

function mixed(word: number, before: number, bits: number, after: number): number {
  return Math.imul(rotated(Math.imul(word, before), bits), after);
}

function rotated(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits));
}

/** Has every bit of a word depend on all of its bits. */
function finished(word: number): number {
  let h = Math.imul(word ^ (word >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}
