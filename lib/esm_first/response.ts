/** How an invocation ended: all records dealt with, those before `index` only, or none. */
export type Verdict =
  | { readonly type: 'success' }
  | { readonly type: 'failed' }
  | { readonly type: 'partial'; readonly index: number };

const SUCCESS: Verdict = { type: 'success' };
const FAILED: Verdict = { type: 'failed' };

/**
 * Reads a function's answer under `ReportBatchItemFailures`: nothing, and an empty or missing list, is success; of the
 * sequence numbers reported the lowest counts; an identifier that is empty, no text or not of this batch fails all of it.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-batchfailurereporting.html
 *
 * @param sequences the batch's sequence numbers, in order
 */
export function readResponse(answer: unknown, sequences: readonly string[]): Verdict {
  if (answer === null || answer === undefined || answer === '') return SUCCESS;
  if (typeof answer !== 'object') return FAILED;
  const failures = (answer as { readonly batchItemFailures?: unknown }).batchItemFailures;
  if (failures === null || failures === undefined) return SUCCESS;
  if (!Array.isArray(failures)) return FAILED;
  let lowest = sequences.length;
  for (const failure of failures as unknown[]) {
    const identifier = (failure as { readonly itemIdentifier?: unknown } | null | undefined)?.itemIdentifier;
    const index = typeof identifier === 'string' ? sequences.indexOf(identifier) : -1;
    if (index < 0) return FAILED;
    lowest = Math.min(lowest, index);
  }
  if (lowest === sequences.length) return SUCCESS;
  return { type: 'partial', index: lowest };
}
