import type { QuarantineMessage } from '../quarantine/message.ts';
import type { Origin } from '../quarantine/rejection.ts';
import type { BufferedWriter } from './buffered-writer.ts';

const MOST_SHOWN = 20;

/** Records that a replay set aside: counted by reason, the first of them shown, and all of them written to a file on demand. */
export class AsideList {
  readonly #file: BufferedWriter | undefined;
  readonly #shown: string[] = [];
  readonly #byReason = new Map<string, number>();

  constructor(file: BufferedWriter | undefined) {
    this.#file = file;
  }

  add(message: QuarantineMessage): void {
    this.#file?.write(`${JSON.stringify(message)}\n`);
    if (message.part > 1) return;
    this.#byReason.set(message.reason, (this.#byReason.get(message.reason) ?? 0) + 1);
    if (this.#shown.length < MOST_SHOWN) this.#shown.push(asideLine(message));
  }

  async end(): Promise<void> {
    await this.#file?.end();
  }

  /** What a person should know of the records set aside; nothing if there are none. */
  text(): string {
    const total = [...this.#byReason.values()].reduce((sum, count) => sum + count, 0);
    if (total === 0) return '';
    const reasons = [...this.#byReason].map(([reason, count]) => `${count} ${reason}`).join(', ');
    const rest = total - this.#shown.length;
    const more = rest > 0 ? [`… and ${rest} more; --quarantine FILE writes them all`] : [];
    return [`${total} records set aside: ${reasons}`, ...this.#shown, ...more, ''].join('\n');
  }
}

/** One line for a record that was set aside, indented. */
export function asideLine({ origin, reason, detail, bytes }: QuarantineMessage): string {
  const within = origin.subSequence === undefined ? '' : ` [${origin.subSequence}]`;
  return `  ${placeOf(origin)}${within}: ${reason}: ${detail} (${bytes} bytes)`;
}

function placeOf({ source, shard = '', sequence, line, key = '', window }: Origin): string {
  if (window !== undefined) return `window of ${source} ${key} ${window}`;
  return sequence === undefined ? `${source}:${line ?? '?'}` : `${source} ${shard} ${sequence}`;
}
