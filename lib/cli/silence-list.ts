import type { Writable } from 'node:stream';
import { matcherWords } from '../dispatch/matcher-text.ts';
import { listSilences } from '../query/silences.ts';
import { withAlerts, type AlertsStageOptions } from './alerts-stage.ts';
import { writeList } from './list-table.ts';

/** `weir silence list`: the silences that are active or pending, or ended within the last day. */
export async function showSilences(options: AlertsStageOptions, out: Writable): Promise<void> {
  const { silences } = await withAlerts(options, (context) => listSilences(context, {}));
  writeList(out, options.format, silences, {
    head: ['id', 'state', 'what', 'start', 'end', 'author', 'comment'],
    cells: ({ id, state, matchers, start, end, author, comment }) => [
      id,
      state,
      matchers.map(matcherWords).join(' '),
      start,
      end,
      author,
      comment,
    ],
    none: 'nothing is silenced',
  });
}
