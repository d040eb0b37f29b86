import { MappingSettingsError } from './errors.ts';

/** The parts of an Amazon Resource Name. */
export interface Arn {
  readonly text: string;
  readonly partition: string;
  readonly service: string;
  readonly region: string;
  readonly account: string;
  /** All after the account, colons included: `stream/events`, `table/t/stream/2024-01-01T00:00:00.000`. */
  readonly resource: string;
}

/**
 * Reads an ARN.
 * @throws {MappingSettingsError} naming the field, when the text is none
 * @example parseArn('arn:aws:sqs:us-east-1:000000000000:failures', 'Destination').resource // 'failures'
 */
export function parseArn(text: string, field: string): Arn {
  const [prefix, partition, service, region, account, ...rest] = text.split(':');
  const resource = rest.join(':');
  if (
    prefix !== 'arn' ||
    !partition ||
    !service ||
    region === undefined ||
    account === undefined ||
    !resource
  ) {
    throw new MappingSettingsError(
      `${field} is "${text}": it must be an ARN, arn:partition:service:region:account:resource`,
    );
  }
  return { text, partition, service, region, account, resource };
}
