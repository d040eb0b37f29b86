/** What a case's name says and its fields do not. */
export interface Scenario {
  /** The function throws, where the recording does not say what it does. */
  readonly throws?: boolean;
  /** The function answers only after the next records have been put. */
  readonly answersLate?: boolean;
  /** The mapping is disabled after the recorded invocations, and records are put that must not come. */
  readonly disables?: boolean;
  /** Records that the filter is to drop are put, too. */
  readonly filters?: boolean;
  /** How long the records have waited when the mapping is made, ms. */
  readonly waitedMs?: number;
  /** No records are put. */
  readonly empty?: boolean;
}

const SCENARIOS: readonly (readonly [name: RegExp, scenario: Scenario])[] = [
  [/^create_\w+_event_source_mapping$/, {}],
  [/_with_async_invocation$/, { answersLate: true }],
  [/_trim_horizon$/, {}],
  [/^disable_\w+_event_source_mapping$/, { disables: true }],
  [/_with_(?:\w+_)?on_failure_destination_config$/, { throws: true }],
  [/_event_filtering_json_pattern$/, { filters: true }],
  [/_report_batch_item_success_scenarios\[\w+\]$/, {}],
  [/_report_batch_item_failure_scenarios\[\w+\]$/, {}],
  [/_empty_provided$/, { empty: true }],
  [/_maximum_record_age_exceeded\[expire-while-retrying\]$/, { throws: true }],
  [/_maximum_record_age_exceeded\[expire-before-ingestion\]$/, { throws: true, waitedMs: 61_000 }],
];

/** @throws when nobody has said what a case of this name is about */
export function scenarioOf(name: string): Scenario {
  const found = SCENARIOS.find(([pattern]) => pattern.test(name));
  if (!found) throw new Error(`the suite does not know what ${name} is about: add it to scenarios.ts`);
  return found[1];
}
