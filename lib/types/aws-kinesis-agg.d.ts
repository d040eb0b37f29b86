declare module 'aws-kinesis-agg/lib/common.js' {
  /** The message that the KPL writes, as far as it is read here. */
  export interface AggregatedMessage {
    readonly records: readonly { readonly data: Uint8Array }[];
  }

  export const AggregatedRecord: {
    /** @throws if the bytes are not such a message */
    readonly decode: (bytes: Uint8Array) => AggregatedMessage;
  };
}

declare module 'aws-kinesis-agg/lib/kpl-agg.js' {
  export interface UserRecord {
    readonly partitionKey: string;
    readonly explicitHashKey?: string;
    readonly data: Buffer;
  }

  export class RecordAggregator {
    addUserRecord(record: UserRecord): void;
    /** The Kinesis record of what was added; `undefined` if nothing was. */
    build(): { readonly partitionKey: string; readonly data: Buffer } | undefined;
  }
}
