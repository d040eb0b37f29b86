import type { Group } from '../dispatch/group.ts';
import type { Notice } from '../dispatch/notice.ts';
import type { GroupStore } from '../dispatch/port.ts';
import type { Dynamo, DynamoOptions } from './dynamo.ts';
import { getItem } from './get-item.ts';
import { groupItem, groupItemKey, readGroupItem } from './group-item.ts';
import { putRevision } from './put-if.ts';
import { Retry } from './retry.ts';

/** Groups in the alerts table, whose stream tells of their notices. */
export class DynamoGroupStore implements GroupStore {
  readonly #client: Dynamo;
  readonly #table: string;
  readonly #retry: Retry;

  constructor({ client, table, retry = new Retry() }: DynamoOptions) {
    this.#client = client;
    this.#table = table;
    this.#retry = retry;
  }

  async read(alert: string, group: string): Promise<Group | undefined> {
    const item = await getItem(this.#client, this.#retry, this.#table, groupItemKey(alert, group));
    return item && readGroupItem(item);
  }

  write(group: Group, notices: readonly Notice[]): Promise<boolean> {
    return putRevision(this.#client, this.#retry, this.#table, groupItem(group, notices), group.revision);
  }
}
