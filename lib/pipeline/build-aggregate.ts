import { sessionMeasure } from '../measures/fragments.ts';
import type { Measure } from '../measures/measure.ts';
import {
  checkDistinct,
  checkFunction,
  checkKnown,
  checkMeasure,
  checkNames,
  checkObject,
  readDuration,
} from './check.ts';
import { buildSession } from './build-session.ts';
import type { AggregateDefinition } from './definition.ts';
import { PipelineError } from './errors.ts';
import { windowFinalAfter, type Aggregate, type NamedMeasure, type Rollup } from './pipeline.ts';

/** An aggregate's definition without the type of its events. */
export type ErasedAggregate = AggregateDefinition<unknown, Record<string, unknown>>;

// A dimension is a parameter of the HTTP API, where these say the range of time.
const API_PARAMETERS = ['from', 'to', 'resolution'];
const AGGREGATE_FIELDS = Object.keys({
  key: true,
  pane: true,
  measures: true,
  retain: true,
  allowedLateness: true,
  session: true,
  rollups: true,
} satisfies Record<keyof ErasedAggregate, true>);
const ROLLUP_FIELDS = ['pane', 'retain'];
// A running total outlives the pauses of its key, unless the author says otherwise.
const GLOBAL_RETAIN = '3650d';

/**
 * Checks an aggregate's definition and makes it what the machinery uses.
 *
 * @param events what it is folded from
 * @throws {PipelineError} if it cannot work, naming the field and the remedy
 */
export function buildAggregate(
  name: string,
  index: number,
  events: Pick<Aggregate, 'source' | 'derivation'>,
  definition: ErasedAggregate,
): Aggregate {
  const field = `aggregates.${name}`;
  checkObject(field, definition, 'write { key, pane, measures }');
  checkKnown(field, definition, AGGREGATE_FIELDS);
  const dimensions = checkKey(field, definition);
  const measures = checkMeasures(field, definition, dimensions).map(([measureName, measure]) => ({
    name: measureName,
    measure,
  }));
  const isGlobal = definition.pane === 'global';
  if (events.derivation !== undefined) checkDerived(field, definition);
  if (isGlobal) checkGlobal(field, definition, measures);
  const pane = isGlobal ? Infinity : readDuration(`${field}.pane`, definition.pane);
  const retain = readDuration(`${field}.retain`, definition.retain ?? (isGlobal ? GLOBAL_RETAIN : '30d'));
  const allowedLateness = readDuration(`${field}.allowedLateness`, definition.allowedLateness ?? '0s', {
    zero: true,
  });
  const delay = events.derivation === undefined ? 0 : windowFinalAfter(events.derivation.from);
  const session = buildSession(field, definition, { pane, retain, allowedLateness, delay, measures });
  return {
    name,
    index,
    ...events,
    dimensions,
    keyFunctions: Object.values(definition.key),
    pane,
    retain,
    allowedLateness,
    delay,
    session,
    rollups: readRollups(`${field}.rollups`, definition.rollups ?? [], { pane, retain, allowedLateness }),
    measures: session === undefined ? measures : [sessionMeasure(session)],
  };
}

function checkKey(field: string, { key }: ErasedAggregate): string[] {
  checkObject(`${field}.key`, key, 'name its dimensions, or write {} to keep one aggregate in all');
  const dimensions = Object.keys(key);
  checkNames(`${field}.key`, dimensions);
  checkDistinct(`${field}.key`, dimensions, API_PARAMETERS, 'a parameter of the HTTP API');
  for (const [dimension, read] of Object.entries<unknown>(key)) {
    checkFunction(`${field}.key.${dimension}`, read, `write ${dimension}: (event) => event.${dimension}`);
  }
  return dimensions;
}

function checkMeasures(
  field: string,
  { measures }: ErasedAggregate,
  dimensions: readonly string[],
): [string, Measure<unknown, unknown>][] {
  checkObject(`${field}.measures`, measures, 'add one, such as n: count()');
  const named = Object.entries<Measure<unknown, unknown>>(measures);
  if (named.length === 0) {
    throw new PipelineError(`${field}.measures`, 'has no measures', 'add one, such as n: count()');
  }
  const names = named.map(([name]) => name);
  checkNames(`${field}.measures`, names);
  checkDistinct(`${field}.measures`, names, dimensions, 'a dimension of the key');
  for (const [name, measure] of named) checkMeasure(`${field}.measures.${name}`, measure);
  return named;
}

function checkDerived(field: string, { allowedLateness, pane }: ErasedAggregate): void {
  if (allowedLateness !== undefined) {
    throw new PipelineError(
      `${field}.allowedLateness`,
      'makes no sense for an aggregate over windows, which come when they are final: none is late',
      'leave it out, or give it to the aggregate that the windows are of',
    );
  }
  if (pane === 'global') {
    throw new PipelineError(
      `${field}.pane`,
      'is global, but what each window contributes has to be kept for as long as the pane',
      'take a pane such as 1d, and read it at a coarser resolution',
    );
  }
}

// Of every kind that is made of others, theirs are a part.
const RATE = /\brate\(/;

function checkGlobal(field: string, definition: ErasedAggregate, measures: readonly NamedMeasure[]): void {
  const rate = measures.find(({ measure }) => RATE.test(measure.kind));
  if (rate !== undefined) {
    throw new PipelineError(
      `${field}.measures.${rate.name}`,
      'is a rate, but a running total is over all of time, which has no length to divide by',
      "take count() or sum(…), or give a pane such as '1h'",
    );
  }
  const pointless = (['allowedLateness', 'session', 'rollups'] as const).find(
    (name) => definition[name] !== undefined,
  );
  if (pointless === undefined) return;
  throw new PipelineError(
    `${field}.${pointless}`,
    'makes no sense for a running total, which has one pane for all of time',
    'leave it out, or give a pane such as 1h',
  );
}

function readRollups(
  field: string,
  rollups: NonNullable<ErasedAggregate['rollups']>,
  { pane, retain, allowedLateness }: Pick<Aggregate, 'pane' | 'retain' | 'allowedLateness'>,
): Rollup[] {
  const tiers: Rollup[] = [];
  let finer: Rollup = { pane, retain };
  for (const [i, rollup] of rollups.entries()) {
    const name = `${field}.${i}`;
    const tier = typeof rollup === 'string' ? { pane: rollup } : rollup;
    checkObject(name, tier, "write '1h' or { pane: '1h', retain: '365d' }");
    checkKnown(name, tier, ROLLUP_FIELDS);
    const length = readDuration(`${name}.pane`, tier.pane);
    if (length % finer.pane !== 0 || length === finer.pane) {
      throw new PipelineError(
        name,
        `has a pane of ${tier.pane}, which is not a multiple of the next finer tier's`,
        'give tiers from fine to coarse, each a multiple of the one before',
      );
    }
    // Until it is compacted, and for repairs afterwards, what it is made of must be there.
    if (finer.retain < 2 * length + allowedLateness) {
      throw new PipelineError(
        name,
        `has a pane of ${tier.pane}, but what it is made from is not kept for twice as long`,
        'retain that for longer',
      );
    }
    const kept = tier.retain === undefined ? 10 * finer.retain : readDuration(`${name}.retain`, tier.retain);
    finer = { pane: length, retain: kept };
    tiers.push(finer);
  }
  return tiers;
}
