/** Parameters of serverless.yml by name; what comes from the command line is text. */
export type Parameters = Readonly<Record<string, unknown>>;

/** The names that have a rule. */
export const RULED: readonly string[];

export function faultsOfParameters(given: Parameters, declared: readonly string[]): string[];
