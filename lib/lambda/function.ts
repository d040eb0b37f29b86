/** A function as the runtime needs it. */
export interface LocalFunction {
  /** What it is invoked by here; its deployed name is the end of its ARN. */
  readonly name: string;
  /** `arn:aws:lambda:us-east-1:000000000000:function:weir-dev-aggregate` */
  readonly arn: string;
  /** URL of the module that exports the handler: a bundle, as it would be deployed. A `.ts` module is loaded by tsx. */
  readonly module: string;
  /** Name of the export; dots lead into it, as in `api.handler`. */
  readonly handlerName: string;
  /** Up to 900,000 on AWS. */
  readonly timeoutMs: number;
  readonly memoryMb: number;
  /** All of the function's own variables; nothing of the host's comes along. */
  readonly environment: Readonly<Record<string, string>>;
  /** How many invocations may be under way at once; unbounded unless given, and 0 is none. */
  readonly reservedConcurrency?: number | undefined;
  /** The handler as it is configured, `functions/aggregate.handler`: the module's and the export's name unless given. */
  readonly handler?: string | undefined;
  /** Directory of the function's code, for LAMBDA_TASK_ROOT: the module's own unless given. */
  readonly taskRoot?: string | undefined;
  /** `nodejs22.x`, for AWS_EXECUTION_ENV: of the Node.js that runs here unless given. */
  readonly runtime?: string | undefined;
  /** `Active` samples every trace; none is sampled unless given. */
  readonly tracing?: 'Active' | undefined;
}
