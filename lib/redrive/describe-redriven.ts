import type { Redriven } from './redrive-batch.ts';

/** What was done for a lost range, for people. */
export function describeRedriven(done: Extract<Redriven, { readonly kind: 'repaired' }>): string {
  const aside = [
    ...(done.late > 0 ? [`${done.late} late`] : []),
    ...(done.quarantined > 0 ? [`${done.quarantined} quarantined`] : []),
  ];
  return [`${count(done.records, 'record')} folded into ${count(done.panes, 'pane')}`, ...aside].join(', ');
}

function count(n: number, what: string): string {
  return `${n} ${what}${n === 1 ? '' : 's'}`;
}
