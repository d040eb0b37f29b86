export { anomalyDetector, type AnomalyDetector, type Verdict } from './detector.ts';
export type { AnomalyOptions } from './options.ts';
export type { AnomalyState, SeasonName } from './state.ts';
