import type { Writable } from 'node:stream';
import { matcherWords } from '../dispatch/matcher-text.ts';
import { addSilence, endSilence } from '../query/silences.ts';
import { ownName } from './alerts-acknowledge.ts';
import { withAlerts, type AlertsStageOptions } from './alerts-stage.ts';
import { CommandError } from './errors.ts';

type StageOptions = Omit<AlertsStageOptions, 'format'>;

/** What `add` is told. */
export interface AddOptions extends StageOptions {
  readonly for?: string;
  readonly until?: string;
  readonly start?: string;
  readonly comment: string;
  readonly author?: string;
}

/** `weir silence add MATCHER…`: has nobody told of some alerts for a while. */
export async function addOne(
  matchers: readonly string[],
  { for: long, until, start, comment, author, ...options }: AddOptions,
  out: Writable,
): Promise<void> {
  if ((long === undefined) === (until === undefined))
    throw new CommandError('say when the silence ends: give either --for, such as 2h, or --until');
  const body = {
    matchers,
    ...(long === undefined ? {} : { for: long }),
    ...(until === undefined ? {} : { end: until }),
    ...(start === undefined ? {} : { start }),
    comment,
    author: author ?? ownName(),
  };
  const silence = await withAlerts({ ...options, format: 'table' }, (context) => addSilence(context, body));
  out.write(
    `silenced  ${silence.id}  ${silence.matchers.map(matcherWords).join(' ')} from ${silence.start} to ${silence.end}\n`,
  );
}

/** `weir silence end ID`: ends a silence now. */
export async function endOne(id: string, options: StageOptions, out: Writable): Promise<void> {
  const silence = await withAlerts({ ...options, format: 'table' }, (context) => endSilence(context, id));
  out.write(`ended  ${id}  at ${silence.end}\n`);
}
