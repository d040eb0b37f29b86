/** A hook that a plugin of the framework registered. */
export interface Hook {
  readonly hook: () => unknown;
}

/** An event of a function in serverless.yml: `{ httpApi: { method: 'GET', path: '/', authorizer: … } }`. */
export type FunctionEvent = Readonly<Record<string, unknown>>;

/** A function in serverless.yml, as far as it is looked into. */
export interface FunctionDefinition {
  readonly handler?: string;
  readonly runtime?: string;
  readonly events?: readonly FunctionEvent[];
  package?: Readonly<Record<string, unknown>>;
}

/** The Serverless Framework as far as a local run looks into it: version 3, and osls, its open fork. */
export interface Framework {
  /** The directory of serverless.yml. */
  readonly serviceDir: string;
  readonly service: {
    functions?: Record<string, FunctionDefinition>;
    readonly custom?: Readonly<Record<string, unknown>>;
    readonly provider: {
      readonly runtime?: string;
      /** What the compiling hooks have made so far. */
      readonly compiledCloudFormationTemplate?: unknown;
    };
  };
  readonly utils: { writeFileSync: unknown };
  readonly pluginManager: {
    readonly plugins: readonly unknown[];
    readonly hooks: Readonly<Record<string, readonly Hook[] | undefined>>;
    runHooks(name: string, hooks: readonly Hook[]): Promise<void>;
  };
  getProvider(name: 'aws'): { readonly naming: { getStackName(): string } };
}
