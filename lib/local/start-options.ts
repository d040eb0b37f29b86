import { readEventTime } from '../time/event-time.ts';
import { Chaos } from './faults/chaos.ts';
import { parseFaultPlan } from './faults/fault-plan.ts';
import { parseSpeed, type Speed } from './playback/speed.ts';

// Where one looks for it. Nobody looks for a run that ends by itself, and several of them do not meet.
const USUAL_PORT = 3_000;

/** Options of `npm start` as they are written. */
export interface StartOptions {
  readonly speed: string;
  readonly from?: string;
  readonly to?: string;
  readonly loop?: true;
  readonly fault?: string;
  readonly seed?: string;
  readonly exit?: true;
  readonly port?: string;
}

/** The same, read. */
export interface LocalOptions {
  readonly speed: Speed;
  /** Event times in ms, half open. */
  readonly from: number | undefined;
  readonly to: number | undefined;
  readonly loop: boolean;
  /** Undefined if nothing is to go wrong. */
  readonly chaos: Chaos | undefined;
  readonly exit: boolean;
  readonly port: number;
}

/** An option that cannot be. */
export class StartOptionError extends Error {
  override readonly name = 'StartOptionError';
}

const SEEDS = 2 ** 31;
const MOST_PORT = 65_535;

/**
 * @param now clock in ms, for a seed that is not given
 * @throws {StartOptionError} {PlaybackError} {FaultPlanError} naming the option that cannot be
 */
export function readStartOptions(given: StartOptions, now: number): LocalOptions {
  const from = readTime('--from', given.from);
  const to = readTime('--to', given.to);
  if (from !== undefined && to !== undefined && to <= from)
    throw new StartOptionError(`--to ${given.to ?? ''} is not after --from ${given.from ?? ''}`);
  if (given.seed !== undefined && given.fault === undefined)
    throw new StartOptionError('--seed is of what --fault says; give that too');
  const seed = readWhole('--seed', given.seed, SEEDS) ?? now % SEEDS;
  return {
    speed: parseSpeed(given.speed),
    from,
    to,
    loop: given.loop === true,
    chaos: given.fault === undefined ? undefined : new Chaos(parseFaultPlan(given.fault), seed),
    exit: given.exit === true,
    port: readWhole('--port', given.port, MOST_PORT) ?? (given.exit === true ? 0 : USUAL_PORT),
  };
}

function readTime(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const time = readEventTime(text);
  if (typeof time === 'number') return time;
  throw new StartOptionError(`${option} ${time.refused}`);
}

function readWhole(option: string, text: string | undefined, most: number): number | undefined {
  if (text === undefined) return undefined;
  const number = /^\d+$/.test(text) ? Number(text) : NaN;
  if (number <= most) return number;
  throw new StartOptionError(`${option} '${text}' is no whole number from 0 to ${most}`);
}
