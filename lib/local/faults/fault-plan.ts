/** What is to go wrong. */
export interface FaultPlan {
  /** Probability with which a call of a service is refused. */
  readonly throttle: number;
  /** Probability with which an invocation's environment is killed. */
  readonly crash: number;
  /** Probability with which an invocation is made once more, now or later. */
  readonly duplicate: number;
  /** How often a shard is split or merged, ms; never if undefined. */
  readonly reshardMs: number | undefined;
  /** As it was written. */
  readonly text: string;
}

/** A plan of faults that cannot be. */
export class FaultPlanError extends Error {
  override readonly name = 'FaultPlanError';
}

const KINDS = 'throttle=0.2, crash=0.05, duplicate=0.1 and reshard=30s';
// Everything refused or killed would never end.
const MOST = 0.9;
const UNITS_MS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000 };
// A shard's end has to be reached before its children are read.
const LEAST_RESHARD_MS = 1_000;

/**
 * Reads what is to go wrong.
 *
 * @throws {FaultPlanError} naming the part that cannot be
 * @example parseFaultPlan('throttle=0.2,reshard=30s') // refuses every fifth call, and reshards twice a minute
 */
export function parseFaultPlan(text: string): FaultPlan {
  const given = new Map<string, string>();
  for (const part of text.split(',')) {
    const [name = '', value, ...more] = part.trim().split('=');
    if (value === undefined || more.length > 0) throw wrong(part, 'is no fault');
    if (given.has(name)) throw wrong(part, 'comes twice');
    given.set(name, value);
  }
  const take = <T>(name: string, read: (value: string, part: string) => T, without: T): T => {
    const value = given.get(name);
    given.delete(name);
    return value === undefined ? without : read(value, `${name}=${value}`);
  };
  const plan = {
    throttle: take('throttle', readProbability, 0),
    crash: take('crash', readProbability, 0),
    duplicate: take('duplicate', readProbability, 0),
    reshardMs: take<number | undefined>('reshard', readInterval, undefined),
    text: text.replaceAll(' ', ''),
  };
  for (const [name, value] of given) throw wrong(`${name}=${value}`, 'is no fault');
  return plan;
}

function readProbability(value: string, part: string): number {
  const probability = value.trim() === '' ? NaN : Number(value);
  if (probability >= 0 && probability <= MOST) return probability;
  throw wrong(part, `is no probability from 0 to ${MOST}`);
}

function readInterval(value: string, part: string): number {
  const [, number, unit = ''] = /^(\d+(?:\.\d+)?)(s|m)$/.exec(value) ?? [];
  const ms = Number(number) * (UNITS_MS[unit] ?? NaN);
  if (ms >= LEAST_RESHARD_MS) return ms;
  throw wrong(part, 'is no time of a second or more, such as 30s or 2m');
}

function wrong(part: string, why: string): FaultPlanError {
  return new FaultPlanError(`--fault: '${part.trim()}' ${why}; there are ${KINDS}, with commas between them`);
}
