import { evaluate, type EvaluateContext, type Evaluated } from '../alerts/evaluate.ts';
import { quarantineMessages } from '../quarantine/message.ts';
import type { Quarantine } from '../quarantine/set-aside.ts';
import { isLaneItemKey, readPaneItemKey, type PaneName } from '../store/keys.ts';
import { isWithoutRecords } from '../store/pane-item.ts';
import type { PartialBatchResponse } from './response.ts';
import { decodeStreamEvent, type ItemChange } from './stream-records.ts';

/** What the evaluate handler works with. */
export interface EvaluateHandlerContext extends EvaluateContext {
  readonly quarantine: Quarantine;
}

/** What an invocation did, for logs and metrics. */
export interface EvaluateReport {
  readonly response: PartialBatchResponse;
  readonly evaluated: Evaluated | undefined;
  readonly quarantined: number;
  readonly errors: readonly unknown[];
}

/**
 * Judges what a batch of changes of the aggregates table makes due. A failure reports the whole batch: all of it may be
 * repeated at will.
 */
export async function handleEvaluate(
  context: EvaluateHandlerContext,
  event: unknown,
): Promise<EvaluateReport> {
  const { changes, quarantined } = decodeStreamEvent(event);
  if (quarantined.length > 0) await context.quarantine(quarantined.flatMap(quarantineMessages));
  const report = { quarantined: quarantined.length };
  const newPanes = changes.filter((change) => hasRecords(change) && !hadRecords(change)).flatMap(paneOf);
  // A repair, or a window that belongs elsewhere now, may leave a pane without records.
  const updatedPanes = changes
    .filter((change) => change.item !== undefined && hadRecords(change))
    .flatMap(paneOf);
  const laneMoved = changes.some((change) => change.name !== 'REMOVE' && isLaneItemKey(change.key));
  if (newPanes.length === 0 && updatedPanes.length === 0 && !laneMoved) {
    return { ...report, evaluated: undefined, errors: [], response: { batchItemFailures: [] } };
  }
  try {
    const evaluated = await evaluate(context, newPanes, updatedPanes);
    return { ...report, evaluated, errors: evaluated.ruleErrors, response: { batchItemFailures: [] } };
  } catch (error) {
    const [first] = changes;
    const failures = first === undefined ? [] : [{ itemIdentifier: first.sequence }];
    return { ...report, evaluated: undefined, errors: [error], response: { batchItemFailures: failures } };
  }
}

function hasRecords({ item }: ItemChange): boolean {
  return item !== undefined && !isWithoutRecords(item);
}

// A pane may have been written first to say that records came too late for it, and have records only since a repair.
function hadRecords({ name, before }: ItemChange): boolean {
  return name === 'MODIFY' && (before === undefined || !isWithoutRecords(before));
}

function paneOf({ key }: ItemChange): PaneName[] {
  const pane = readPaneItemKey(key);
  return pane === undefined ? [] : [pane];
}
