export { anomaly } from './anomaly/condition.ts';
export {
  count,
  derived,
  distinct,
  first,
  histogram,
  last,
  max,
  mean,
  min,
  only,
  quantile,
  quantiles,
  rate,
  ratio,
  stddev,
  sum,
  topBy,
  topK,
  variance,
  type Bucket,
  type Measure,
  type RankedValue,
  type ResultContext,
  type TopValue,
} from './measures/index.ts';
export { definePipeline } from './pipeline/define.ts';
export { PipelineError } from './pipeline/errors.ts';
export { source, type AggregateNode, type SourceNode, type WindowEvent } from './pipeline/source.ts';
export type { Judging, Missing, Severity } from './pipeline/alert-definition.ts';
export type { Pipeline } from './pipeline/pipeline.ts';
export { cases, type CaseExpectation, type CaseSilence, type RuleCase } from './rule-tests/cases.ts';
export { at, every, together } from './rule-tests/events.ts';
export type { ExpectedNotice, ExpectedTransition } from './rule-tests/expected.ts';
export type { Duration } from './time/duration.ts';
export { sessions, sliding, tumbling } from './time/window.ts';
