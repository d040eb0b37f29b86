import type { Snapshot } from './protocol.ts';

/** A snapshot as JSON, and whether it says anything that the one before did not. */
export interface WrittenSnapshot {
  readonly text: string;
  readonly isNews: boolean;
}

interface Part {
  readonly value: unknown;
  readonly text: string | undefined;
}

/** Writes snapshots as JSON. Parts that are the same objects as in the snapshot before are not written anew. */
export class SnapshotWriter {
  readonly #parts = new Map<string, Part>();

  write(snapshot: Snapshot): WrittenSnapshot {
    let isNews = false;
    const members: string[] = [];
    for (const [name, value] of Object.entries(snapshot)) {
      const before = this.#parts.get(name);
      const text = before?.value === value ? before?.text : textOf(value);
      this.#parts.set(name, { value, text });
      // The time alone is no news.
      if (name !== 'at' && text !== before?.text) isNews = true;
      if (text !== undefined) members.push(`${JSON.stringify(name)}:${text}`);
    }
    return { text: `{${members.join(',')}}`, isNews };
  }
}

/** Of `undefined`, none. */
function textOf(value: unknown): string | undefined {
  return value === undefined ? undefined : JSON.stringify(value);
}
