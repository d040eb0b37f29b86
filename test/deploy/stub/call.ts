/** A request as the stub took it. */
export interface Call {
  readonly service: 'cloudformation' | 'sts' | 's3' | 'lambda' | 'ecr';
  readonly operation: string;
  /** The form's fields of a query-protocol call; otherwise the query string's. */
  readonly parameters: Readonly<Record<string, string>>;
  /** Path segments, decoded: for S3 the bucket and the key's parts, for Lambda the API's path. */
  readonly path: readonly string[];
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}

/** What the stub answers. */
export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Thrown by a service for what it refuses: becomes an error of the AWS protocol. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}
