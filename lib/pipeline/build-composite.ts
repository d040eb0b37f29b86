import { tumbling } from '../time/window.ts';
import type { CompositeDefinition } from './alert-definition.ts';
import { buildLifeCycle, LIFE_CYCLE_FIELDS, SEVERITIES } from './build-life-cycle.ts';
import { checkFunction, checkKnown, checkTexts, oneOf } from './check.ts';
import { PipelineError } from './errors.ts';
import type { Alert } from './pipeline.ts';

const COMPOSITE_FIELDS = [...LIFE_CYCLE_FIELDS, 'of', 'when'];

/**
 * Checks the rules over other rules and makes them what the machinery uses.
 *
 * @param alerts the rules over windows
 * @returns each after those that it is over
 * @throws {PipelineError}
 */
export function buildComposites(
  definitions: ReadonlyMap<string, CompositeDefinition>,
  alerts: readonly Alert[],
): Alert[] {
  const built = new Map<string, Alert>();
  const underWay: string[] = [];
  const find = (field: string, name: string): Alert => {
    const alert = alerts.find((candidate) => candidate.name === name) ?? built.get(name);
    if (alert !== undefined) return alert;
    const definition = definitions.get(name);
    if (definition === undefined) {
      const known = [...alerts.map((candidate) => candidate.name), ...definitions.keys()];
      throw new PipelineError(
        `${field}.of`,
        `names '${name}', which is no alert`,
        `take some of ${known.join(', ')}`,
      );
    }
    if (underWay.includes(name)) {
      throw new PipelineError(
        `${field}.of`,
        `goes round in a circle: ${[...underWay, name].join(' is over ')}`,
        'take one of them out',
      );
    }
    underWay.push(name);
    const composite = buildComposite(name, definition, (part) => find(`alerts.${name}`, part));
    underWay.pop();
    built.set(name, composite);
    return composite;
  };
  for (const name of definitions.keys()) find(`alerts.${name}`, name);
  return [...built.values()];
}

function buildComposite(name: string, definition: CompositeDefinition, find: (name: string) => Alert): Alert {
  const field = `alerts.${name}`;
  checkKnown(field, definition, COMPOSITE_FIELDS);
  checkTexts(`${field}.of`, definition.of, "write of: ['slow', 'broken']");
  checkFunction(`${field}.when`, definition.when, 'write when: ({ slow, broken }) => slow && !broken');
  const parts = [...definition.of].map(find);
  const [first] = parts;
  if (first === undefined) throw new PipelineError(`${field}.of`, 'is empty', "write of: ['slow', 'broken']");
  const dimensions = first.aggregate.dimensions.join(', ');
  const other = parts.find(({ aggregate }) => aggregate.dimensions.join(', ') !== dimensions);
  if (other !== undefined) {
    throw new PipelineError(
      `${field}.of`,
      `names ${first.name} by ${dimensions || 'no dimension'} and ${other.name} by ${other.aggregate.dimensions.join(', ') || 'no dimension'}`,
      'take alerts with the same dimensions in the same order',
    );
  }
  const severity = oneOf(`${field}.severity`, 'severity', definition.severity ?? 'warning', SEVERITIES);
  return {
    name,
    aggregate: first.aggregate,
    window: tumbling('1ms'),
    size: 0,
    slide: 0,
    delay: Math.max(...parts.map(({ delay }) => delay)),
    judge: 'onTime',
    levels: [{ severity, when: () => false }],
    clear: undefined,
    anomaly: undefined,
    of: parts,
    whenParts: definition.when,
    atLeast: { windows: 1, of: 1 },
    missing: 'ok',
    others: [],
    compare: [],
    value: undefined,
    threshold: {},
    unit: undefined,
    severity,
    ...buildLifeCycle(field, definition, first.aggregate),
  };
}
