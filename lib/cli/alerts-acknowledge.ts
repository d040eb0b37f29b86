import { userInfo } from 'node:os';
import type { Writable } from 'node:stream';
import { keyWords } from '../notify/describe-value.ts';
import { acknowledge } from '../query/acknowledge.ts';
import { withAlerts, type AlertsStageOptions } from './alerts-stage.ts';
import { readDimensions } from './dimension-arguments.ts';

/** What `ack` is told. */
export interface AcknowledgeOptions extends Omit<AlertsStageOptions, 'format'> {
  readonly comment?: string;
  readonly author?: string;
}

/** `weir alerts ack NAME`: notes that somebody takes care of an alert. */
export async function acknowledgeAlert(
  name: string,
  dimensions: readonly string[],
  { comment = '', author, ...options }: AcknowledgeOptions,
  out: Writable,
): Promise<void> {
  const body = { key: readDimensions(dimensions), author: author ?? ownName(), comment };
  const done = await withAlerts({ ...options, format: 'table' }, (context) =>
    acknowledge(context, name, body),
  );
  const key = keyWords(done.key);
  out.write(
    `acknowledged  ${name}${key === '' ? '' : ` ${key}`}, firing since ${done.since}, by ${done.author} at ${done.at}\n`,
  );
}

/** The name of whoever uses this machine. */
export function ownName(): string {
  return userInfo().username;
}
