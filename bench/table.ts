import Table from 'cli-table3';
import { speedAgainst, type Timing } from './measure.ts';

/** One line per contestant: its median and range in ms, and its speed as a multiple of the floor's. */
export function timingTable(timings: readonly Timing[], floor: Timing): string {
  const table = new Table({
    head: ['', 'median', 'range', `× ${floor.name}`],
    colAligns: ['left', 'right', 'right', 'right'],
    // Colours are for terminals, and a report is as often read in a log.
    style: { head: [], border: [] },
  });
  for (const timing of timings) {
    const range = `${shown(Math.min(...timing.rounds))} – ${shown(Math.max(...timing.rounds))}`;
    table.push([timing.name, shown(timing.median), range, speedAgainst(floor, timing).toFixed(2)]);
  }
  return table.toString();
}

function shown(ms: number): string {
  return ms < 1000 ? `${ms.toPrecision(3)} ms` : `${(ms / 1000).toPrecision(3)} s`;
}
