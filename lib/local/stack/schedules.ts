import { TemplateError } from './errors.ts';
import type { StackFunction } from './functions.ts';
import type { Scope } from './intrinsics.ts';
import { evaluate } from './intrinsics.ts';
import { optionalString } from './resources/properties.ts';
import { isRecord } from './template.ts';
import type { Template } from './template.ts';

/** A rule of EventBridge by which a function is invoked again and again. */
export interface Schedule {
  readonly logicalId: string;
  readonly ruleArn: string;
  readonly everyMs: number;
  readonly function: StackFunction;
}

// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rate-expressions.html
const RATE = /^rate\((\d+) (minute|hour|day)s?\)$/;
const UNIT_MS: Readonly<Record<string, number>> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

/**
 * The schedules of a template that are enabled.
 * @throws {TemplateError} when a schedule is no rate, or a target no function of the template
 */
export function readSchedules(
  template: Template,
  scope: Scope,
  functions: readonly StackFunction[],
): readonly Schedule[] {
  return Object.entries(template.Resources).flatMap(([logicalId, { Type, Properties = {} }]) => {
    const made = scope.resources.get(logicalId);
    if (Type !== 'AWS::Events::Rule' || !made) return [];
    const properties = evaluate(Properties, scope, logicalId) as Record<string, unknown>;
    const expression = optionalString({ logicalId, properties }, 'ScheduleExpression');
    if (expression === undefined || properties.State === 'DISABLED') return [];
    const everyMs = rateOf(expression, logicalId);
    const targets = Array.isArray(properties.Targets) ? (properties.Targets as unknown[]) : [];
    return targets.map((target) => ({
      logicalId,
      ruleArn: made.attributes.Arn ?? '',
      everyMs,
      function: functionOf(target, functions, logicalId),
    }));
  });
}

function rateOf(expression: string, logicalId: string): number {
  const [, count, unit = ''] = RATE.exec(expression) ?? [];
  const unitMs = UNIT_MS[unit];
  if (count !== undefined && unitMs !== undefined && Number(count) > 0) return Number(count) * unitMs;
  throw new TemplateError(
    `${logicalId}.ScheduleExpression is ${expression}, which does not run locally; write rate(5 minutes) or the like`,
  );
}

function functionOf(target: unknown, functions: readonly StackFunction[], logicalId: string): StackFunction {
  const arn = isRecord(target) ? target.Arn : undefined;
  const found = functions.find((candidate) => candidate.arn === arn);
  if (found !== undefined) return found;
  throw new TemplateError(
    `${logicalId}.Targets has ${JSON.stringify(arn)}, which is no function of this template`,
  );
}
