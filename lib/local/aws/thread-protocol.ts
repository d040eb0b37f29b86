/** What the servers are started with. It crosses to another thread, so it is plain data. */
export interface ServerOptions {
  /** Shards of each DynamoDB stream. DynamoDB has one per partition of the table. */
  readonly streamShards: number;
}

/** Where the servers are to be reached: `http://127.0.0.1:PORT` each. */
export interface Endpoints {
  readonly kinesis: string;
  /** Serves DynamoDB Streams too. */
  readonly dynamodb: string;
  readonly sns: string;
  readonly sqs: string;
  readonly s3: string;
}

/** What the thread of the servers tells its host. */
export interface FromServers {
  readonly ready: Endpoints;
}

/** What the host tells the thread of the servers. */
export type ToServers = 'stop';
