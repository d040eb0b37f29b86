import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CloudFormationRules } from './cloudformation-rules.ts';
import { dangling } from './references.ts';
import { copyOfService, serverless } from './service.ts';
import { properties, readTemplate, type Template } from './template.ts';

const FIFO = 'arn:aws:sns:us-east-1:123456789012:tickets.fifo';

let service: string;

async function edit(file: string, from: string, to: string): Promise<void> {
  const path = join(service, file);
  const text = await readFile(path, 'utf8');
  if (!text.includes(from)) throw new Error(`${file} has no ${from} any more`);
  await writeFile(
    path,
    text.replace(from, () => to),
  );
}

beforeAll(async () => {
  service = await copyOfService();
  await edit(
    'pipeline.ts',
    '  aggregates: {',
    "  routes: [{ match: { severity: 'critical' }, topic: 'pages', also: true }, { match: {}, topic: 'tickets' }],\n  aggregates: {",
  );
});
afterAll(async () => {
  await rm(service, { recursive: true, force: true });
});

describe('routes to further topics', { timeout: 60_000 }, () => {
  it('are refused while custom.alertTopics does not have them', async () => {
    const ran = await serverless(service, ['package']);

    expect(ran.status).not.toBe(0);
    expect(ran.output).toContain('pipeline.ts and the topics of serverless.yml do not fit');
    expect(ran.output).toContain(
      "a route of pipeline.ts names topic 'pages', and custom.alertTopics has alerts",
    );
    expect(ran.output).not.toMatch(/^\s+at /m);
  });

  describe('once they are there', () => {
    let template: Template;

    beforeAll(async () => {
      await edit(
        'serverless.yml',
        '    alerts: !Ref AlertsTopic\n',
        `    alerts: !Ref AlertsTopic\n    pages: !Ref PagesTopic\n    tickets: ${FIFO}\n`,
      );
      await edit(
        'serverless.yml',
        '    AlertEmail:\n',
        '    PagesTopic:\n      Type: AWS::SNS::Topic\n    AlertEmail:\n',
      );
      const ran = await serverless(service, ['package']);
      expect(ran.output).toContain('Service packaged');
      template = await readTemplate(join(service, '.serverless'));
    }, 60_000);

    it('make a template that names nothing that it does not have, and breaks no rule', () => {
      const rules = new CloudFormationRules();

      expect([dangling(template), rules.faults(template)]).toEqual([[], []]);
      rules.free();
    });

    it.each(['NotifyLambdaFunction', 'RedriveLambdaFunction'])('are told to %s', (name) => {
      const pair = (topic: string, arn: unknown) => ({ 'Fn::Join': ['=', [topic, arn]] });

      expect(properties(template, name)).toMatchObject({
        Environment: {
          Variables: {
            ALERT_TOPICS: {
              'Fn::Join': [
                ',',
                [
                  pair('alerts', { Ref: 'AlertsTopic' }),
                  pair('pages', { Ref: 'PagesTopic' }),
                  pair('tickets', FIFO),
                ],
              ],
            },
          },
        },
      });
    });

    it.each(['NotifyRole', 'RedriveRole'])('are open to %s', (role) => {
      const policies = JSON.stringify(properties(template, role).Policies);

      expect(policies).toContain(
        JSON.stringify({
          Effect: 'Allow',
          Action: 'sns:Publish',
          Resource: [{ Ref: 'AlertsTopic' }, { Ref: 'PagesTopic' }, FIFO],
        }),
      );
    });
  });
});
