export { count } from './count.ts';
export { EncodingError } from './encoding.ts';
export { max } from './max.ts';
export { mean } from './mean.ts';
export type { Measure, ResultContext } from './measure.ts';
export { min } from './min.ts';
export { sum } from './sum.ts';
export { stddev, variance } from './variance.ts';
