import { counted } from './outcome.ts';
import type { Redriven } from './redrive-batch.ts';

/** What was done for a lost range, for people. */
export function describeRedriven(done: Extract<Redriven, { readonly kind: 'repaired' }>): string {
  const aside = [
    ...(done.late > 0 ? [`${done.late} late`] : []),
    ...(done.quarantined > 0 ? [`${done.quarantined} quarantined`] : []),
    ...(done.ignored > 0 ? [`${done.ignored} ignored`] : []),
  ];
  return [`${counted(done.records, 'record')} folded into ${counted(done.panes, 'pane')}`, ...aside].join(
    ', ',
  );
}
