import type { PaneStore } from '../lib/store/port.ts';

/** A store that keeps nothing and counts what a real one would be asked for. */
export interface Recorder extends PaneStore {
  paneWrites: number;
  laneWrites: number;
}

/** A recorder in the place of DynamoDB, so that a benchmark measures weir and not the network. */
export function recorder(): Recorder {
  return {
    paneWrites: 0,
    laneWrites: 0,
    readLane: () => Promise.resolve(undefined),
    writeLane() {
      this.laneWrites++;
      return Promise.resolve(true);
    },
    readPanes: (refs) => Promise.resolve(refs.map(() => undefined)),
    putPane() {
      this.paneWrites++;
      return Promise.resolve({ written: true });
    },
  };
}
