/** A call of many entries of which some are refused: what is left of it, and how the refused ones get into the answer. */
export interface PartialRefusal {
  readonly request: Readonly<Record<string, unknown>>;
  readonly refused: number;
  /** @param answer of the service to what was left */
  merge(answer: Readonly<Record<string, unknown>>): Record<string, unknown>;
}

/**
 * Refuses some entries of a call, where the service may do that. The others have to be one at least: a service that takes nothing
 * refuses the call.
 *
 * @param target the request's `X-Amz-Target`
 * @param random numbers from 0 up to 1; each entry is refused with the probability `rate`
 * @returns undefined for a call that is taken or refused as a whole
 */
export function refuseSome(
  target: string,
  request: Readonly<Record<string, unknown>>,
  rate: number,
  random: () => number,
): PartialRefusal | undefined {
  switch (target.split('.')[1]) {
    case 'PutRecords':
      return refuseRecords(request, rate, random);
    case 'BatchWriteItem':
      return refuseWrites(request, rate, random);
    default:
      return undefined;
  }
}

/** @see https://docs.aws.amazon.com/kinesis/latest/APIReference/API_PutRecords.html */
function refuseRecords(
  request: Readonly<Record<string, unknown>>,
  rate: number,
  random: () => number,
): PartialRefusal | undefined {
  const { Records: records } = request;
  if (!Array.isArray(records)) return undefined;
  const isRefused = records.map(() => random() < rate);
  const refused = isRefused.filter(Boolean).length;
  if (refused === 0 || refused === records.length) return undefined;
  return {
    request: { ...request, Records: records.filter((_, i) => isRefused[i] === false) },
    refused,
    merge: (answer) => {
      const taken: unknown[] = Array.isArray(answer.Records) ? [...(answer.Records as unknown[])] : [];
      const Records = isRefused.map((is) =>
        is
          ? { ErrorCode: 'ProvisionedThroughputExceededException', ErrorMessage: 'Rate exceeded for shard.' }
          : taken.shift(),
      );
      const failed = typeof answer.FailedRecordCount === 'number' ? answer.FailedRecordCount : 0;
      return { ...answer, FailedRecordCount: failed + refused, Records };
    },
  };
}

/** @see https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html */
function refuseWrites(
  request: Readonly<Record<string, unknown>>,
  rate: number,
  random: () => number,
): PartialRefusal | undefined {
  const writes = tablesOf(request.RequestItems).map(([table, items]) => ({
    table,
    items: items.map((item) => ({ item, isRefused: random() < rate })),
  }));
  const pick = (wanted: boolean): Record<string, unknown[]> =>
    Object.fromEntries(
      writes
        .map(
          ({ table, items }) =>
            [table, items.filter(({ isRefused }) => isRefused === wanted).map(({ item }) => item)] as const,
        )
        .filter(([, items]) => items.length > 0),
    );
  const left = pick(false);
  const unprocessed = pick(true);
  const refused = Object.values(unprocessed).flat().length;
  if (refused === 0 || Object.keys(left).length === 0) return undefined;
  return {
    request: { ...request, RequestItems: left },
    refused,
    merge: (answer) => {
      const UnprocessedItems: Record<string, unknown[]> = { ...unprocessed };
      for (const [table, items] of tablesOf(answer.UnprocessedItems))
        UnprocessedItems[table] = [...(UnprocessedItems[table] ?? []), ...items];
      return { ...answer, UnprocessedItems };
    },
  };
}

function tablesOf(items: unknown): [table: string, items: unknown[]][] {
  if (typeof items !== 'object' || items === null) return [];
  return Object.entries(items).filter((entry): entry is [string, unknown[]] => Array.isArray(entry[1]));
}
