import { Recent } from './recent.ts';

const MOST_LINES = 500;
const MOST_CHARACTERS = 4_000;

/** What functions wrote, the last lines of each. */
export class LogLines {
  readonly #byFunction = new Map<string, Recent<string>>();

  add(functionKey: string, line: string): void {
    const lines = this.#byFunction.get(functionKey) ?? new Recent<string>(MOST_LINES);
    this.#byFunction.set(functionKey, lines);
    lines.add(line.length > MOST_CHARACTERS ? `${line.slice(0, MOST_CHARACTERS)}…` : line);
  }

  /** The youngest last. */
  list(functionKey: string): readonly string[] {
    return (this.#byFunction.get(functionKey)?.list() ?? []).toReversed();
  }
}
