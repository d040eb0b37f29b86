import { MappingSettingsError } from './errors.ts';
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
