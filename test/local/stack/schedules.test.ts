import { describe, expect, it } from 'vitest';
import { TemplateError } from '../../../lib/local/stack/errors.ts';
import { readFunctions } from '../../../lib/local/stack/functions.ts';
import type { PhysicalResource } from '../../../lib/local/stack/physical.ts';
import { readSchedules } from '../../../lib/local/stack/schedules.ts';
import { parseTemplate } from '../../../lib/local/stack/template.ts';

const ARN = 'arn:aws:lambda:us-east-1:000000000000:function:weir-dev-tick';
const RULE = 'arn:aws:events:us-east-1:000000000000:rule/Rule';
const onTick = [{ Id: 'tickSchedule', Arn: { 'Fn::GetAtt': ['TickLambdaFunction', 'Arn'] } }];

function schedulesOf(rule: Readonly<Record<string, unknown>>) {
  const template = parseTemplate({
    Resources: {
      TickLambdaFunction: {
        Type: 'AWS::Lambda::Function',
        Properties: { Handler: 'functions/tick.handler' },
      },
      Rule: { Type: 'AWS::Events::Rule', Properties: rule },
    },
  });
  const made = (logicalId: string, type: string, ref: string, Arn: string): [string, PhysicalResource] => [
    logicalId,
    { logicalId, type, ref, attributes: { Arn } },
  ];
  const resources = new Map([
    made('TickLambdaFunction', 'AWS::Lambda::Function', 'weir-dev-tick', ARN),
    made('Rule', 'AWS::Events::Rule', 'Rule', RULE),
  ]);
  const scope = { pseudo: {}, parameters: {}, conditions: {}, resources };
  return readSchedules(template, scope, readFunctions(template, scope));
}

describe('readSchedules', () => {
  it.each([
    ['rate(1 minute)', 60_000],
    ['rate(10 minutes)', 600_000],
    ['rate(2 hours)', 7_200_000],
    ['rate(1 day)', 86_400_000],
  ])('reads %s', (expression, everyMs) => {
    const schedules = schedulesOf({ ScheduleExpression: expression, State: 'ENABLED', Targets: onTick });

    expect(schedules).toMatchObject([
      { logicalId: 'Rule', ruleArn: RULE, everyMs, function: { key: 'tick' } },
    ]);
  });

  it('leaves out a rule that is disabled, or that is of events', () => {
    expect(schedulesOf({ ScheduleExpression: 'rate(1 minute)', State: 'DISABLED', Targets: onTick })).toEqual(
      [],
    );
    expect(schedulesOf({ EventPattern: { source: ['aws.s3'] }, Targets: onTick })).toEqual([]);
  });

  it.each(['cron(0 12 * * ? *)', 'rate(0 minutes)', 'rate(1 week)'])('refuses %s', (expression) => {
    expect(() => schedulesOf({ ScheduleExpression: expression, Targets: onTick })).toThrow(
      new TemplateError(
        `Rule.ScheduleExpression is ${expression}, which does not run locally; write rate(5 minutes) or the like`,
      ),
    );
  });

  it('refuses a target that is no function of the template', () => {
    const Targets = [{ Id: 'elsewhere', Arn: 'arn:aws:sqs:us-east-1:000000000000:queue' }];

    expect(() => schedulesOf({ ScheduleExpression: 'rate(1 minute)', Targets })).toThrow(
      'Rule.Targets has "arn:aws:sqs:us-east-1:000000000000:queue", which is no function of this template',
    );
  });
});
