import { paginateScan, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { KeyPane } from '../cli/key-totals.ts';
import { aggregateNamed, type Pipeline } from '../pipeline/pipeline.ts';
import { readPaneItemKey } from '../store/keys.ts';
import { readPaneItem } from '../store/pane-item.ts';

/** A lane's pane as it is stored, with the records that it says it holds. */
export interface StoredKeyPane extends KeyPane {
  readonly records: number;
}

/** Every pane in the aggregates table. It scans: for local checks, not for a table in use. */
export async function* storedPanes(
  client: DynamoDBClient,
  table: string,
  pipeline: Pipeline,
): AsyncGenerator<StoredKeyPane> {
  for await (const page of paginateScan({ client }, { TableName: table, ConsistentRead: true })) {
    for (const item of page.Items ?? []) {
      const name = readPaneItemKey({ pk: item.pk?.S ?? '', sk: item.sk?.S ?? '' });
      const aggregate = name && aggregateNamed(pipeline, name.aggregate);
      if (name === undefined || aggregate === undefined) continue;
      const { accs, records } = readPaneItem(aggregate, item);
      if (records === 0) continue;
      const { key, start } = name;
      yield { aggregate, key, start, end: start + aggregate.pane, accs, records };
    }
  }
}
