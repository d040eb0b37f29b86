import type { Outcome } from './expected.ts';

/** One line of a comparison. */
export interface Row {
  /** Whether it came as expected, was expected and did not come, or came without being expected. */
  readonly is: 'same' | 'missing' | 'extra';
  readonly outcome: Outcome;
}

/** Lays what was expected beside what came, by time: at the same time, what is missing before what is there instead. */
export function compare(expected: readonly Outcome[], came: readonly Outcome[]): Row[] {
  const left = [...expected];
  const rows = came.map((outcome): Row => {
    const i = left.findIndex((one) => isSame(one, outcome));
    if (i < 0) return { is: 'extra', outcome };
    left.splice(i, 1);
    return { is: 'same', outcome };
  });
  const missing = left.map((outcome): Row => ({ is: 'missing', outcome }));
  return [...missing, ...rows].sort((a, b) => a.outcome.at - b.outcome.at);
}

function isSame(expected: Outcome, came: Outcome): boolean {
  return (
    expected.at === came.at &&
    expected.alert === came.alert &&
    expected.is === came.is &&
    (expected.severity ?? came.severity) === came.severity &&
    Object.entries(came.key).every(([dimension, value]) => expected.key[dimension] === value)
  );
}
