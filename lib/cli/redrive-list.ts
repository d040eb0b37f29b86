import type { Writable } from 'node:stream';
import Table from 'cli-table3';
import { browse } from '../redrive/browse.ts';
import { isoTime } from '../time/event-time.ts';
import { withAws } from './aws-errors.ts';
import { findStage, type StageOptions, type StageQueue } from './redrive-stage.ts';

/** What `list` says of a message. */
interface Row {
  readonly id: string;
  readonly queue: StageQueue['name'];
  readonly what: string;
  readonly where: string;
  /** When the records arrived, or else when the message was sent. */
  readonly when: string;
  readonly why: string;
}

const MOST_WHY = 60;

/** `weir redrive list`: the messages of both queues. */
export async function listMessages(
  options: StageOptions & { readonly format: 'table' | 'json' },
  out: Writable,
): Promise<void> {
  const rows = await withAws(async () => {
    const { failures, quarantine } = await findStage(options);
    return (await Promise.all([rowsOf(failures), rowsOf(quarantine)])).flat();
  });
  out.write(options.format === 'json' ? `${JSON.stringify(rows, null, 2)}\n` : tableOf(rows));
}

async function rowsOf({ name, queue, describe }: StageQueue): Promise<Row[]> {
  const rows: Row[] = [];
  for await (const { id, body, sentAt } of browse(queue)) {
    const { what, where, when, why } = describe(body);
    rows.push({ id, queue: name, what, where, when: when === '' ? isoTime(sentAt) : when, why });
  }
  return rows;
}

function tableOf(rows: readonly Row[]): string {
  if (rows.length === 0) return 'both queues are empty, or what is on them is being redriven\n';
  const table = new Table({
    head: ['id', 'queue', 'what', 'where', 'when', 'why'],
    style: { head: [], border: [] },
  });
  for (const { id, queue, what, where, when, why } of rows)
    table.push([id, queue, what, shortened(where), when, cut(why)]);
  const count = (name: StageQueue['name']): number => rows.filter(({ queue }) => queue === name).length;
  return `${table.toString()}\nabout ${count('failures')} on the failure queue, ${count('quarantine')} on the quarantine queue; what is being redriven is hidden\n`;
}

/** Sequence numbers have 56 digits, of which the first and last tell two of one shard apart. */
function shortened(where: string): string {
  return where.replace(/\d{15,}/g, (digits) => `${digits.slice(0, 4)}…${digits.slice(-8)}`);
}

function cut(why: string): string {
  return why.length > MOST_WHY ? `${why.slice(0, MOST_WHY - 1)}…` : why;
}
