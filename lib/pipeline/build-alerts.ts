import type { AlertDefinition, CompositeDefinition } from './alert-definition.ts';
import { buildAlert } from './build-alert.ts';
import { buildComposites } from './build-composite.ts';
import { checkDistinct, checkNames, checkObject } from './check.ts';
import { PipelineError } from './errors.ts';
import type { Aggregate, Alert, WindowResults } from './pipeline.ts';

/** An alert's definition without the types of what it judges. */
export type ErasedAlert = AlertDefinition<string, WindowResults> | CompositeDefinition;

/** Checks the alert rules and makes them what the machinery uses: those over others after these. @throws {PipelineError} */
export function buildAlerts(
  definitions: Readonly<Record<string, ErasedAlert>>,
  aggregates: readonly Aggregate[],
): Alert[] {
  const names = Object.keys(definitions);
  checkNames('alerts', names);
  checkDistinct(
    'alerts',
    names,
    aggregates.map((aggregate) => aggregate.name),
    'an aggregate',
  );
  const alerts: Alert[] = [];
  const composites = new Map<string, CompositeDefinition>();
  for (const [name, definition] of Object.entries(definitions)) {
    checkObject(`alerts.${name}`, definition, "write { on, over, when }, where 'on' names an aggregate");
    if (isComposite(definition)) composites.set(name, definition);
    else alerts.push(buildAlert(name, definition, aggregates));
  }
  alerts.push(...buildComposites(composites, alerts));
  for (const alert of alerts) checkInhibitors(alert, alerts);
  for (const alert of alerts) checkCircle(alert.name, [], alerts);
  return alerts;
}

function isComposite(definition: ErasedAlert): definition is CompositeDefinition {
  return 'of' in definition;
}

function checkInhibitors({ name, aggregate, telling }: Alert, alerts: readonly Alert[]): void {
  for (const inhibitor of telling.inhibitedBy) {
    const field = `alerts.${name}.inhibitedBy`;
    const parent = alerts.find((alert) => alert.name === inhibitor);
    if (parent === undefined || parent.name === name) {
      const known = alerts.map((alert) => alert.name).filter((other) => other !== name);
      throw new PipelineError(
        field,
        `names '${inhibitor}', which is no other alert`,
        known.length === 0 ? 'there is none yet: leave it out' : `take some of ${known.join(', ')}`,
      );
    }
    const own = parent.aggregate.dimensions.find((dimension) => !aggregate.dimensions.includes(dimension));
    if (own !== undefined) {
      throw new PipelineError(
        field,
        `names ${inhibitor}, which has a dimension ${own} that ${name} has not: it is not known which of its alerts is meant`,
        'take an alert whose dimensions are among this one’s',
      );
    }
  }
}

/** @param path names of the alerts that `name` inhibits, the first of them by way of the others */
function checkCircle(name: string, path: readonly string[], alerts: readonly Alert[]): void {
  const [first] = path;
  if (name === first) {
    throw new PipelineError(
      `alerts.${name}.inhibitedBy`,
      `goes round in a circle, so that nobody would be told of any: ${[...path, name].join(' is inhibited by ')}`,
      'take one of them out',
    );
  }
  // Another circle, which its own alerts find.
  if (path.includes(name)) return;
  const inhibitors = alerts.find((alert) => alert.name === name)?.telling.inhibitedBy ?? [];
  for (const inhibitor of inhibitors) checkCircle(inhibitor, [...path, name], alerts);
}
