import type { Engine } from './engine.ts';
import { validationError } from './errors.ts';

/** The parameters of UpdateTimeToLive and DescribeTimeToLive. */
export interface TimeToLiveInput {
  readonly TableName?: string;
  readonly TimeToLiveSpecification?: { readonly Enabled?: boolean; readonly AttributeName?: string };
}

/** Which attribute of which table says when an item expires. It is kept and told; nothing is deleted by it. */
export class TimeToLive {
  readonly #engine: Engine;
  readonly #attributes = new Map<string, string>();

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  /** @throws {ApiError} ValidationException, ResourceNotFoundException */
  async update({ TableName: table = '', TimeToLiveSpecification: wanted }: TimeToLiveInput): Promise<object> {
    await this.#mustExist(table);
    const attribute = wanted?.AttributeName;
    if (!attribute) throw validationError('TimeToLiveSpecification.AttributeName is missing');
    const current = this.#attributes.get(table);
    if (wanted.Enabled && current !== undefined) {
      throw validationError(
        current === attribute
          ? 'TimeToLive is already enabled'
          : `TimeToLive is active on a different AttributeName: current AttributeName is ${current}`,
      );
    }
    if (!wanted.Enabled && current === undefined) throw validationError('TimeToLive is already disabled');
    if (wanted.Enabled) this.#attributes.set(table, attribute);
    else this.#attributes.delete(table);
    return { TimeToLiveSpecification: wanted };
  }

  /** @throws {ApiError} ResourceNotFoundException */
  async describe({ TableName: table = '' }: TimeToLiveInput): Promise<object> {
    await this.#mustExist(table);
    const attribute = this.#attributes.get(table);
    return {
      TimeToLiveDescription:
        attribute === undefined
          ? { TimeToLiveStatus: 'DISABLED' }
          : { TimeToLiveStatus: 'ENABLED', AttributeName: attribute },
    };
  }

  forget(table: string): void {
    this.#attributes.delete(table);
  }

  async #mustExist(table: string): Promise<void> {
    await this.#engine.call('DescribeTable', { TableName: table });
  }
}
