import type { Writable } from 'node:stream';
import { styleText } from 'node:util';
import type { Row } from '../rule-tests/compare.ts';
import { outcomeLine } from '../rule-tests/expected.ts';
import type { CaseResult, Comparison, SetAside } from '../rule-tests/run-case.ts';
import { asideLine } from './aside-list.ts';

type Colour = 'red' | 'green' | 'dim' | 'bold';

const SIGNS: Readonly<Record<Row['is'], string>> = { same: ' ', missing: '-', extra: '+' };
const MOST_ROWS = 40;
// Rows that are shown beside those that differ.
const AROUND = 2;
const MOST_ASIDE = 5;

/** Writes what came of cases, for people. */
export class CaseReport {
  readonly #out: Writable;
  readonly #hasColours: boolean;
  #passed = 0;
  #failed = 0;

  constructor(out: Writable, hasColours: boolean) {
    this.#out = out;
    this.#hasColours = hasColours;
  }

  /** How many cases failed. */
  get failed(): number {
    return this.#failed;
  }

  file(path: string): void {
    this.#line(this.#style('bold', path));
  }

  /** @param seconds that the case took */
  case(name: string, result: CaseResult, seconds: number): void {
    const { error, comparisons, aside } = result;
    const isPassed = error === undefined && comparisons.length === 0 && aside.length === 0;
    if (isPassed) this.#passed++;
    else this.#failed++;
    const sign = isPassed ? this.#style('green', '✓') : this.#style('red', '✗');
    this.#line(`  ${sign} ${name} ${this.#style('dim', `${seconds.toFixed(2)} s`)}`);
    if (error !== undefined) this.#line(this.#style('red', `      ${error}`));
    for (const comparison of comparisons) this.#comparison(comparison, result);
    for (const one of aside) this.#aside(one);
  }

  /** The last line. */
  summary(): string {
    const all = this.#passed + this.#failed;
    if (this.#failed > 0) return `${this.#failed} of ${all} ${all === 1 ? 'case' : 'cases'} failed`;
    return `${all} ${all === 1 ? 'case' : 'cases'} passed`;
  }

  #comparison({ of, rows }: Comparison, { moments }: CaseResult): void {
    this.#line(`      ${of}: ${this.#style('red', '- expected')}, ${this.#style('green', '+ came')}`);
    const shown = nearDifferences(rows);
    let before = -1;
    for (const i of shown.slice(0, MOST_ROWS)) {
      const row = rows[i];
      if (row === undefined) continue;
      if (i > before + 1) this.#line(this.#style('dim', '        …'));
      before = i;
      const line = `      ${SIGNS[row.is]} ${outcomeLine(row.outcome, moments)}`;
      const note = row.is === 'extra' && row.outcome.note !== undefined ? `  (${row.outcome.note})` : '';
      if (row.is === 'same') this.#line(this.#style('dim', line));
      else this.#line(this.#style(row.is === 'missing' ? 'red' : 'green', line) + this.#style('dim', note));
    }
    if (shown.length > MOST_ROWS) {
      this.#line(this.#style('dim', `        … and ${shown.length - MOST_ROWS} more`));
    }
  }

  #aside({ kind, expected, came, messages }: SetAside): void {
    this.#line(this.#style('red', `      ${kind} records: ${came}, expected: ${expected}`));
    for (const message of messages.slice(0, MOST_ASIDE)) this.#line(`      ${asideLine(message).trim()}`);
    if (messages.length > MOST_ASIDE) this.#line(`      … and ${messages.length - MOST_ASIDE} more`);
  }

  #style(colour: Colour, text: string): string {
    return this.#hasColours ? styleText(colour, text) : text;
  }

  #line(text: string): void {
    this.#out.write(`${text}\n`);
  }
}

/** Places of the rows that differ, and of those around them. */
function nearDifferences(rows: readonly Row[]): number[] {
  const near = new Set<number>();
  for (const [i, { is }] of rows.entries()) {
    if (is === 'same') continue;
    for (let at = Math.max(0, i - AROUND); at <= Math.min(rows.length - 1, i + AROUND); at++) near.add(at);
  }
  return [...near].sort((a, b) => a - b);
}
