import { MappingSettingsError, UnsupportedSettingError } from './errors.ts';
import type { EventSourceMappingSettings } from './settings.ts';

const HONOURED: readonly string[] = [
  'EventSourceArn',
  'FunctionName',
  'StartingPosition',
  'StartingPositionTimestamp',
  'Enabled',
  'BatchSize',
  'MaximumBatchingWindowInSeconds',
  'MaximumRetryAttempts',
  'MaximumRecordAgeInSeconds',
  'BisectBatchOnFunctionError',
  'FunctionResponseTypes',
  'DestinationConfig',
  'ParallelizationFactor',
  'TumblingWindowInSeconds',
  'FilterCriteria',
];

/** They change nothing in what a function receives or what becomes of a record. */
const WITHOUT_EFFECT: readonly string[] = ['Tags', 'MetricsConfig', 'KmsKeyArn'];

/** @throws {MappingSettingsError} for a setting that is none of a stream's mapping */
export function refuseUnknown(mapping: EventSourceMappingSettings): void {
  for (const [name, value] of Object.entries(mapping)) {
    if (value === undefined || HONOURED.includes(name) || WITHOUT_EFFECT.includes(name)) continue;
    throw new MappingSettingsError(`${name} is no setting of a stream's event source mapping: remove it`);
  }
}

/** @throws {UnsupportedSettingError} for a setting of AWS's that the engine would have to ignore */
export function refuseUnsupported(mapping: EventSourceMappingSettings): void {
  const { ParallelizationFactor: factor = 1, TumblingWindowInSeconds: window = 0, FilterCriteria } = mapping;
  if (factor !== 1) {
    throw new UnsupportedSettingError(
      'ParallelizationFactor',
      `ParallelizationFactor is ${factor}: only 1, one batch at a time of each shard, is supported; use more shards`,
    );
  }
  if (window !== 0) {
    throw new UnsupportedSettingError(
      'TumblingWindowInSeconds',
      `TumblingWindowInSeconds is ${window}: Lambda's tumbling windows are not supported; remove it`,
    );
  }
  if ((FilterCriteria?.Filters ?? []).length > 0) {
    throw new UnsupportedSettingError(
      'FilterCriteria',
      'FilterCriteria has filters: event filtering is not supported; filter in the function',
    );
  }
}

/** @throws {MappingSettingsError} when the setting is there and no whole number between the limits */
export function integer(
  mapping: EventSourceMappingSettings,
  name: keyof EventSourceMappingSettings,
  { fallback, least, most }: { fallback: number; least: number; most: number },
): number {
  const value: unknown = mapping[name] ?? fallback;
  if (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most) return value;
  throw new MappingSettingsError(
    `${name} is ${String(value)}: it must be a whole number from ${least} to ${most}`,
  );
}

/** @throws {MappingSettingsError} when the setting is there and neither true nor false */
export function boolean(
  mapping: EventSourceMappingSettings,
  name: keyof EventSourceMappingSettings,
  fallback: boolean,
): boolean {
  const value: unknown = mapping[name] ?? fallback;
  if (typeof value === 'boolean') return value;
  throw new MappingSettingsError(`${name} is ${String(value)}: it must be true or false`);
}
