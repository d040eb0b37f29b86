/** 32 well-mixed bits of a seed and a text: FNV-1a, finished as MurmurHash3 does. */
function hash(seed: number, text: string): number {
  let bits = 0x811c9dc5 ^ seed;
  for (let i = 0; i < text.length; i++) bits = Math.imul(bits ^ text.charCodeAt(i), 0x01000193);
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}

/**
 * All chance of one run. What is drawn depends on the seed, the name of what it is drawn for and how often that was asked
 * before, and on nothing else: a fault that is left out changes what follows from it, and no other draw.
 */
export class Chance {
  readonly #seed: number;
  readonly #asked = new Map<string, number>();

  constructor(seed: number) {
    this.#seed = seed;
  }

  /** The next name of a series, such as `put#3`. */
  name(series: string): string {
    const n = this.#asked.get(series) ?? 0;
    this.#asked.set(series, n + 1);
    return `${series}#${n}`;
  }

  /** A number from 0 up to 1, the same for the same name. */
  of(name: string): number {
    return hash(this.#seed, name) / 2 ** 32;
  }

  /** The next number of a series, from 0 up to 1. */
  next(series: string): number {
    return this.of(this.name(series));
  }

  /** The next whole number of a series, from `least` to `most`. */
  int(series: string, least: number, most: number): number {
    return least + Math.floor(this.next(series) * (most - least + 1));
  }

  pick<T>(series: string, choices: readonly T[]): T {
    return choices[this.int(series, 0, choices.length - 1)] as T;
  }
}
