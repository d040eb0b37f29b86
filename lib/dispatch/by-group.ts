import type { AlertState } from '../alerts/state.ts';
import { alertNamed, type Alert, type Pipeline } from '../pipeline/pipeline.ts';
import { groupKeyOf } from './group-key.ts';

/** Transitions of one group. */
export interface GroupNews {
  readonly rule: Alert;
  readonly group: string;
  readonly transitions: readonly AlertState[];
}

/** Transitions by their groups, in the order in which they come; without those of rules that have left the pipeline. */
export function byGroup(pipeline: Pipeline, transitions: Iterable<AlertState>): GroupNews[] {
  const groups = new Map<string, GroupNews & { readonly transitions: AlertState[] }>();
  for (const state of transitions) {
    const rule = alertNamed(pipeline, state.alert);
    if (rule === undefined) continue;
    const group = state.group ?? groupKeyOf(rule, state.key);
    const name = `${rule.name}|${group}`;
    const found = groups.get(name);
    if (found === undefined) groups.set(name, { rule, group, transitions: [state] });
    else found.transitions.push(state);
  }
  return [...groups.values()];
}
