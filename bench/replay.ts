import { Readable } from 'node:stream';
import type { Pipeline } from '../lib/index.ts';
import { runReplay } from '../lib/replay/run.ts';
import { scanAndGroup } from './floors.ts';
import { measure, speedAgainst } from './measure.ts';
import { aggregatesOnly, query, whole } from './pipeline.ts';
import { timingTable } from './table.ts';

/** What the replay benchmark found. */
export interface ReplayFigures {
  readonly table: string;
  /** Speed against DuckDB's scan with the same GROUP BY on one thread; 1 is as fast. */
  readonly speed: number;
  /** Most memory that the process held at the end of any replay, in MiB, for one file and for the file four times over. */
  readonly memory: { readonly once: number; readonly fourTimes: number };
}

/** All flights through `weir replay`, against DuckDB on one thread over the same file. */
export async function benchReplay(file: string): Promise<ReplayFigures> {
  const [floor, replay, alerts] = await measure(
    [
      { name: 'DuckDB', run: () => scanAndGroup(file, query) },
      { name: 'weir replay', run: () => replayed(aggregatesOnly, [file]) },
      { name: 'weir replay, with alerts', run: () => replayed(whole, [file]) },
    ],
    { rounds: 3, warmUp: 1 },
  );
  return {
    table: timingTable([floor!, replay!, alerts!], floor!),
    speed: speedAgainst(floor!, replay!),
    memory: await memoryOf(file),
  };
}

async function replayed(pipeline: Pipeline, sources: readonly string[]): Promise<number> {
  let panes = 0;
  await runReplay({
    pipeline,
    sources,
    stdin: Readable.from([]),
    sink: {
      pane: () => panes++,
      alert: () => undefined,
      aside: (message) => {
        throw new Error(`set aside: ${message.detail}`);
      },
    },
  });
  return panes;
}

/** Peak heap while replaying, in MiB: it must not grow with the input. */
async function memoryOf(file: string): Promise<{ once: number; fourTimes: number }> {
  return { once: await peak([file]), fourTimes: await peak([file, file, file, file]) };
}

async function peak(sources: readonly string[]): Promise<number> {
  let most = 0;
  const timer = setInterval(() => {
    most = Math.max(most, process.memoryUsage().heapUsed);
  }, 50);
  await replayed(aggregatesOnly, sources);
  clearInterval(timer);
  return Math.round(most / 2 ** 20);
}
