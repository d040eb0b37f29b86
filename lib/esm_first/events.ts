/** What the engine tells while it works, for displays and tests. */
export type EngineEvent =
  | { readonly type: 'invoked'; readonly shard: string; readonly records: number }
  | {
      readonly type: 'succeeded';
      readonly shard: string;
      readonly records: number;
      readonly iteratorAgeMs: number;
    }
  | {
      readonly type: 'failed';
      readonly shard: string;
      readonly records: number;
      readonly error: Error | undefined;
    }
  | {
      readonly type: 'discarded';
      readonly shard: string;
      readonly records: number;
      readonly condition: string;
    }
  | { readonly type: 'trouble'; readonly shard: string; readonly error: unknown };
