/** What a function's answer says of the batch it was given. */
export type Verdict =
  | { readonly kind: 'success' }
  /** The records before `from` are done; `from` is the position of the first that is not. */
  | { readonly kind: 'partial'; readonly from: number }
  /** An answer that names failures in a way that cannot be understood: the whole batch has failed. */
  | { readonly kind: 'malformed'; readonly reason: string };

const SUCCESS: Verdict = { kind: 'success' };

/**
 * Reads the answer of a function whose mapping has ReportBatchItemFailures. Null, empty and missing forms are success;
 * an identifier that is empty, null, under a wrong key or of no record of the batch fails all of it; of several, the
 * first by position is the checkpoint.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-batchfailurereporting.html
 * @param sequenceNumbers those of the batch, in order
 * @example readResponse({ batchItemFailures: [{ itemIdentifier: '7' }] }, ['6', '7', '8']) // { kind: 'partial', from: 1 }
 */
export function readResponse(response: unknown, sequenceNumbers: readonly string[]): Verdict {
  const failures = isObject(response) ? response.batchItemFailures : undefined;
  if (failures === undefined || failures === null) return SUCCESS;
  if (!Array.isArray(failures)) return malformed('batchItemFailures is no list');
  if (failures.length === 0) return SUCCESS;

  const positionOf = new Map(sequenceNumbers.map((sequenceNumber, position) => [sequenceNumber, position]));
  let from = sequenceNumbers.length;
  for (const [index, failure] of (failures as unknown[]).entries()) {
    const identifier = isObject(failure) ? failure.itemIdentifier : undefined;
    const field = `batchItemFailures[${index}].itemIdentifier`;
    if (typeof identifier !== 'string') return malformed(`${field} is no string`);
    const position = positionOf.get(identifier);
    if (position === undefined) return malformed(`${field} is "${identifier}", of no record of the batch`);
    from = Math.min(from, position);
  }
  return { kind: 'partial', from };
}

function malformed(reason: string): Verdict {
  return { kind: 'malformed', reason };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
