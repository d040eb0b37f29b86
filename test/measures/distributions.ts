/** Numbers in [0, 1) that are the same in every run (xorshift32). */
export function seeded(seed: number): () => number {
  let state = seed | 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

function normal(random: () => number): number {
  // Box and Muller; the first is never 0, as xorshift never is.
  return Math.sqrt(-2 * Math.log(random())) * Math.cos(2 * Math.PI * random());
}

/** What quantiles are tried on: narrow and wide, of both signs, with a heavy tail and with many zeros. */
export const distributions: Readonly<Record<string, (random: () => number) => number>> = {
  uniform: (random) => 1_000 * random(),
  'normal with negatives': (random) => 10 + 25 * normal(random),
  'log-normal': (random) => Math.exp(3 + 2 * normal(random)),
  pareto: (random) => (1 - random()) ** (-1 / 1.1),
  'bimodal with zeros': (random) => {
    const which = random();
    if (which < 0.2) return 0;
    return which < 0.6 ? 5 + normal(random) : 900 + 100 * normal(random);
  },
};

/** The same values of a distribution in every run. */
export function sample(name: string, count: number, seed = 1): Float64Array {
  const random = seeded(seed);
  const draw = distributions[name]!;
  return Float64Array.from({ length: count }, () => draw(random));
}
