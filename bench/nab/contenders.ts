import { anomalyDetector } from '../../lib/anomaly/index.ts';
import { movingZScore, relativeEntropy, type Score } from './baselines.ts';
import type { Series } from './corpus.ts';
import type { Judged } from './sweep.ts';

/** A way to score series, each of which is begun anew. */
export interface Contender {
  readonly name: string;
  readonly begin: () => Score;
}

/** weir's detector as it is by default, and two baselines with the settings that do best on the corpus. */
export const CONTENDERS: readonly Contender[] = [
  { name: 'weir', begin: beginWeir },
  { name: 'moving z-score', begin: () => movingZScore(1000) },
  { name: 'relative entropy', begin: () => relativeEntropy(52, 8, 18.5) },
];

/** A contender's scores of a corpus: one value at a time, with no look at what is to come or at the labels. */
export function contend(contender: Contender, corpus: readonly Series[]): Judged[] {
  return corpus.map(({ times, values, windows }) => {
    const score = contender.begin();
    return { scores: times.map((time, index) => score(time, values[index] ?? NaN)), windows };
  });
}

function beginWeir(): Score {
  const detector = anomalyDetector();
  const state = detector.empty();
  return (time, value) => detector.observe(state, time, value).score;
}
