import type { StandardSchemaV1 } from '@standard-schema/spec';
import { Fold, type OnAdd } from '../fold/fold.ts';
import { createInterpreter, isRejection, type Interpreter } from '../fold/interpret.ts';
import { keyRecord } from '../fold/key.ts';
import type { PaneMap } from '../fold/pane-map.ts';
import { resultsOf } from '../fold/pane.ts';
import type { Aggregate, Derivation, Pipeline, Source } from '../pipeline/pipeline.ts';
import type { WindowEvent } from '../pipeline/source.ts';
import type { Rejection } from '../quarantine/rejection.ts';

/** A window of one key that has data. Times in ms. */
export interface KeyWindow {
  readonly key: string;
  readonly start: number;
  readonly end: number;
  readonly accs: readonly unknown[];
}

/** An aggregate over windows of another. */
export interface DerivedAggregate extends Aggregate {
  readonly derivation: Derivation;
}

/** Tells an aggregate over windows of another from one of a source. */
export function isDerived(aggregate: Aggregate): aggregate is DerivedAggregate {
  return aggregate.derivation !== undefined;
}

/** Folds windows of one aggregate, as events, into the panes of one that is derived from it. None comes too late. */
export class WindowFold {
  readonly #interpret: Interpreter;
  readonly #fold: Fold;

  /** @param panes of `derived`, which are folded into */
  constructor(derived: DerivedAggregate, panes: PaneMap, onAdd?: OnAdd) {
    const pipeline = windowPipeline(derived);
    this.#interpret = createInterpreter(pipeline);
    this.#fold = new Fold(pipeline, -Infinity, { panes: [panes], lenient: true, onAdd });
  }

  /**
   * Folds a window in.
   *
   * @param sequence what the pane keeps as its last record
   * @returns why that can never be done, if a function of the derived aggregate refuses it
   */
  add(window: KeyWindow, sequence: string): Rejection | undefined {
    const event = this.#interpret(window, undefined);
    if (event === 'ignored') return undefined;
    if (isRejection(event)) return event;
    this.#fold.add(event, sequence);
    return undefined;
  }
}

/** What the functions of a derived aggregate see of a window. */
export function windowEvent(
  from: Aggregate,
  { key, start, end, accs }: KeyWindow,
): WindowEvent<string, Record<string, unknown>> {
  return { key: keyRecord(from, key), start, end, measures: resultsOf(from, accs, end - start) };
}

/** The pipeline of which a derived aggregate's windows are the events: they are read and checked as all events are. */
function windowPipeline(derived: DerivedAggregate): Pipeline {
  const { from } = derived.derivation;
  const source: Source = {
    index: 0,
    stream: from.name,
    when: undefined,
    schema: windowSchema(from),
    // A Date: of a number, one in January 1970 would be taken for seconds.
    eventTime: (event) => new Date((event as WindowEvent<string, object>).end - 1),
  };
  return {
    sources: [source],
    unmatched: 'quarantine',
    maxOutOfOrderness: 0,
    maxAhead: Infinity,
    idleAfter: Infinity,
    silentAfter: Infinity,
    aggregates: [{ ...derived, index: 0, source, derivation: undefined }],
    alerts: [],
    routes: [],
  };
}

function windowSchema(from: Aggregate): StandardSchemaV1 {
  return {
    '~standard': {
      version: 1,
      vendor: 'weir',
      validate: (window) => ({ value: windowEvent(from, window as KeyWindow) }),
    },
  };
}
