import type { Alert } from './pipeline.ts';

/** The labels that alerts of some rules have: `alert`, `severity`, the rules' own, and their dimensions. */
export function alertLabels(alerts: readonly Alert[]): string[] {
  return labelsWith(alerts, ({ aggregate }) => aggregate.dimensions);
}

/** The labels that messages of some rules have: as their alerts, but of the dimensions only those that they are grouped by. */
export function messageLabels(alerts: readonly Alert[]): string[] {
  return labelsWith(alerts, ({ telling }) => telling.groupBy);
}

function labelsWith(alerts: readonly Alert[], dimensions: (alert: Alert) => readonly string[]): string[] {
  const own = alerts.flatMap((alert) => [...dimensions(alert), ...Object.keys(alert.labels)]);
  return [...new Set(['alert', 'severity', ...own])];
}
