import type { Clock } from '../../lib/esm/index.ts';

interface Sleeper {
  readonly at: number;
  readonly order: number;
  readonly wake: () => void;
  awake: boolean;
}

/**
 * The one clock and scheduler of a run: it jumps to the next wake-up whenever nothing else is left to do. Sleepers of the
 * same moment wake in the order in which they lay down, one at a time, so that a seed decides every interleaving.
 */
export class SimClock implements Clock {
  readonly #heap: Sleeper[] = [];
  #now: number;
  #order = 0;
  #pumping = false;

  constructor(now: number) {
    this.#now = now;
  }

  now(): number {
    return this.#now;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const wake = (): void => {
        if (sleeper.awake) return;
        sleeper.awake = true;
        signal?.removeEventListener('abort', wake);
        resolve();
      };
      const sleeper: Sleeper = { at: this.#now + ms, order: this.#order++, wake, awake: false };
      signal?.addEventListener('abort', wake);
      this.#push(sleeper);
      this.#pump();
    });
  }

  /** Wakes nobody any more. */
  stop(): void {
    this.#heap.length = 0;
  }

  #pump(): void {
    if (this.#pumping) return;
    this.#pumping = true;
    // By then every promise that could go on without the clock has done so.
    setImmediate(() => {
      this.#pumping = false;
      let next = this.#pop();
      while (next?.awake === true) next = this.#pop();
      if (next === undefined) return;
      this.#now = Math.max(this.#now, next.at);
      next.wake();
      this.#pump();
    });
  }

  #push(sleeper: Sleeper): void {
    const heap = this.#heap;
    let i = heap.push(sleeper) - 1;
    while (i > 0) {
      const parent = (i - 1) >> 1;
      if (!isBefore(heap[i], heap[parent])) break;
      swap(heap, i, parent);
      i = parent;
    }
  }

  #pop(): Sleeper | undefined {
    const heap = this.#heap;
    const top = heap[0];
    const last = heap.pop();
    if (heap.length === 0 || last === undefined) return top;
    heap[0] = last;
    for (let i = 0; ;) {
      const left = 2 * i + 1;
      if (left >= heap.length) break;
      const child = isBefore(heap[left + 1], heap[left]) ? left + 1 : left;
      if (!isBefore(heap[child], heap[i])) break;
      swap(heap, i, child);
      i = child;
    }
    return top;
  }
}

function isBefore(a: Sleeper | undefined, b: Sleeper | undefined): boolean {
  if (a === undefined || b === undefined) return a !== undefined;
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}

function swap(heap: Sleeper[], i: number, j: number): void {
  const [a, b] = [heap[i], heap[j]];
  if (a === undefined || b === undefined) return;
  heap[i] = b;
  heap[j] = a;
}
