/** Gives each point of a series, in order, an anomaly score in [0, 1]. */
export type Score = (time: number, value: number) => number;

/**
 * How far a value is from the mean of the `size` values before it, in standard deviations, brought to [0, 1]: what
 * is often written first.
 */
export function movingZScore(size: number): Score {
  const window = new Ring(size);
  return (_, value) => {
    const { mean, deviation } = momentsOf(window.values);
    window.push(value);
    if (window.values.length < 3 || value === mean) return 0;
    const distance = Math.abs(value - mean) / deviation;
    return distance === Infinity ? 1 : distance / (1 + distance);
  };
}

/**
 * How much the histogram of the last `size` values differs from the histograms of earlier windows that were found
 * normal, by relative entropy: Wang, Viswanathan, Choudur, Talwar, Satterfield and Schwan, "Statistical Techniques
 * for Online Anomaly Detection in Data Centers", IM 2011. The bins span the values so far, as the range is not known
 * before.
 */
export function relativeEntropy(size: number, bins: number, limit: number): Score {
  const window = new Ring(size);
  const hypotheses: { readonly shares: readonly number[]; windows: number }[] = [];
  let [least, greatest] = [Infinity, -Infinity];
  return (_, value) => {
    least = Math.min(least, value);
    greatest = Math.max(greatest, value);
    window.push(value);
    if (window.values.length < size || greatest === least) return 0;
    const shares = sharesOf(window.values, bins, least, greatest);
    const [nearest] = hypotheses
      .map((hypothesis) => ({ hypothesis, apart: 2 * size * divergence(shares, hypothesis.shares) }))
      .sort((one, other) => one.apart - other.apart);
    const known = nearest !== undefined && nearest.apart < limit;
    if (known) nearest.hypothesis.windows++;
    else hypotheses.push({ shares, windows: 1 });
    if (nearest === undefined || known) return 0;
    return nearest.apart / (nearest.apart + limit);
  };
}

class Ring {
  readonly #size: number;
  values: number[] = [];

  constructor(size: number) {
    this.#size = size;
  }

  push(value: number): void {
    this.values.push(value);
    if (this.values.length > this.#size) this.values.shift();
  }
}

function momentsOf(values: readonly number[]): { mean: number; deviation: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, deviation: Math.sqrt(squares / values.length) };
}

function sharesOf(values: readonly number[], bins: number, least: number, greatest: number): number[] {
  const counts = Array.from({ length: bins }, () => 0);
  for (const value of values) {
    const bin = Math.min(bins - 1, Math.floor((bins * (value - least)) / (greatest - least)));
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
  return counts.map((count) => count / values.length);
}

function divergence(shares: readonly number[], from: readonly number[]): number {
  const floor = 1e-3;
  return shares.reduce((sum, share, bin) => {
    return share === 0 ? sum : sum + share * Math.log(share / Math.max(from[bin] ?? 0, floor));
  }, 0);
}
