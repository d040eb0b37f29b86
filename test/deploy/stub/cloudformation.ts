import type { Template } from '../template.ts';
import { Refusal, type Answer, type Call } from './call.ts';
import type { Buckets } from './s3.ts';
import { xml, type Content } from './xml.ts';

/** A change set as it was asked for. */
export interface ChangeSet {
  readonly name: string;
  readonly type: string;
  readonly capabilities: readonly string[];
  readonly tags: Readonly<Record<string, string>>;
  readonly templateUrl: string | undefined;
  readonly template: Template;
}

/** A stack as the last executed change set left it. */
export interface Stack {
  readonly template: Template;
  readonly status: string;
  readonly updated: Date;
}

/** The stub's CloudFormation: change sets made, executed at once, and the stacks that come of them. */
export class CloudFormation {
  readonly changeSets: ChangeSet[] = [];
  readonly stacks = new Map<string, Stack>();
  readonly #pending = new Map<string, ChangeSet>();
  readonly #buckets: Buckets;

  constructor(buckets: Buckets) {
    this.#buckets = buckets;
  }

  answer(call: Call): Answer {
    const result = this.#result(call.operation, call.parameters);
    const body = xml(`${call.operation}Response`, { [`${call.operation}Result`]: result });
    return { status: 200, body };
  }

  #result(operation: string, parameters: Readonly<Record<string, string>>): Content {
    const name = parameters.StackName ?? '';
    switch (operation) {
      case 'ValidateTemplate':
        this.#buckets.template(parameters.TemplateURL ?? '');
        return {};
      case 'CreateChangeSet':
        return this.#createChangeSet(name, parameters);
      case 'DescribeChangeSet':
        return this.#describeChangeSet(name);
      case 'DeleteChangeSet':
        this.#pending.delete(name);
        return {};
      case 'ExecuteChangeSet':
        this.#execute(name);
        return {};
      case 'DescribeStacks':
        return { Stacks: { member: describe(name, this.#stack(name)) } };
      case 'DescribeStackEvents':
        return { StackEvents: { member: events(name, this.#stack(name)) } };
      case 'DescribeStackResource':
        return { StackResourceDetail: this.#resource(name, parameters.LogicalResourceId ?? '') };
      case 'ListStackResources':
        return { StackResourceSummaries: { member: resources(name, this.#stack(name)) } };
      case 'DeleteStack':
        this.stacks.delete(name);
        return {};
      default:
        throw new Refusal(501, 'NotImplemented', `the stub's CloudFormation does not know ${operation}`);
    }
  }

  #createChangeSet(stack: string, parameters: Readonly<Record<string, string>>): Content {
    const { TemplateURL: templateUrl, TemplateBody: inline } = parameters;
    const template =
      templateUrl === undefined
        ? (JSON.parse(inline ?? '{}') as Template)
        : this.#buckets.template(templateUrl);
    this.#refuseMissingCode(stack, template);
    const changeSet: ChangeSet = {
      name: parameters.ChangeSetName ?? '',
      type: parameters.ChangeSetType ?? '',
      capabilities: members(parameters, 'Capabilities'),
      tags: tagsOf(parameters),
      templateUrl,
      template,
    };
    this.changeSets.push(changeSet);
    this.#pending.set(stack, changeSet);
    return { Id: arn('changeSet', changeSet.name), StackId: arn('stack', stack) };
  }

  /** As Lambda would refuse to make a function whose archive was never uploaded. */
  #refuseMissingCode(stack: string, template: Template): void {
    for (const [id, { Type, Properties }] of Object.entries(template.Resources)) {
      if (Type !== 'AWS::Lambda::Function') continue;
      const { S3Key = '' } = (Properties?.Code ?? {}) as { S3Key?: string };
      if (this.#buckets.objects(bucketOf(stack)).has(S3Key)) continue;
      throw new Refusal(400, 'ValidationError', `the code of ${id} was not uploaded to ${S3Key}`);
    }
  }

  #describeChangeSet(stack: string): Content {
    const changeSet = this.#pending.get(stack);
    if (changeSet === undefined) throw new Refusal(404, 'ChangeSetNotFound', `${stack} has no change set`);
    return {
      ChangeSetName: changeSet.name,
      StackName: stack,
      StackId: arn('stack', stack),
      Status: 'CREATE_COMPLETE',
      Changes: { member: Object.keys(changeSet.template.Resources).map(() => ({ Type: 'Resource' })) },
    };
  }

  #execute(name: string): void {
    const changeSet = this.#pending.get(name);
    if (changeSet === undefined) throw new Refusal(404, 'ChangeSetNotFound', `${name} has no change set`);
    this.#pending.delete(name);
    this.#buckets.create(bucketOf(name));
    const status = this.stacks.has(name) ? 'UPDATE' : 'CREATE';
    this.stacks.set(name, { template: changeSet.template, status, updated: new Date() });
  }

  #stack(name: string): Stack {
    const stack = this.stacks.get(name.replace(/^.*:stack\//, ''));
    if (stack === undefined)
      throw new Refusal(400, 'ValidationError', `Stack with id ${name} does not exist`);
    return stack;
  }

  #resource(stack: string, id: string): Content {
    const found = resources(stack, this.#stack(stack)).find(
      ({ LogicalResourceId }) => LogicalResourceId === id,
    );
    if (found === undefined)
      throw new Refusal(400, 'ValidationError', `Resource ${id} does not exist for stack`);
    return found;
  }
}

/** The name that the stub's CloudFormation gives a stack's deployment bucket. */
export function bucketOf(stack: string): string {
  return `${stack}-serverlessdeploymentbucket`;
}

function resources(
  stack: string,
  { template }: Stack,
): { LogicalResourceId: string; [field: string]: string }[] {
  return Object.entries(template.Resources).map(([id, { Type }]) => ({
    LogicalResourceId: id,
    PhysicalResourceId: Type === 'AWS::S3::Bucket' ? bucketOf(stack) : `${stack}-${id}`,
    ResourceType: Type,
    ResourceStatus: 'CREATE_COMPLETE',
    LastUpdatedTimestamp: new Date(0).toISOString(),
  }));
}

function describe(name: string, { template, status, updated }: Stack): Content {
  const outputs = Object.keys(template.Outputs ?? {});
  return {
    StackName: name,
    StackId: arn('stack', name),
    StackStatus: `${status}_COMPLETE`,
    CreationTime: updated.toISOString(),
    Outputs: {
      member: outputs.map((key) => ({ OutputKey: key, OutputValue: `https://stub.example/${key}` })),
    },
  };
}

function events(name: string, { status, updated }: Stack): Content {
  return ['COMPLETE', 'IN_PROGRESS'].map((phase) => ({
    EventId: `${updated.getTime()}-${phase}`,
    StackName: name,
    StackId: arn('stack', name),
    LogicalResourceId: name,
    ResourceType: 'AWS::CloudFormation::Stack',
    ResourceStatus: `${status}_${phase}`,
    Timestamp: updated.toISOString(),
  }));
}

function members(parameters: Readonly<Record<string, string>>, list: string): string[] {
  return Object.entries(parameters)
    .filter(([name]) => new RegExp(`^${list}\\.member\\.\\d+$`).test(name))
    .map(([, value]) => value);
}

function tagsOf(parameters: Readonly<Record<string, string>>): Record<string, string> {
  const tags: Record<string, string> = {};
  for (let i = 1; parameters[`Tags.member.${i}.Key`] !== undefined; i++) {
    tags[parameters[`Tags.member.${i}.Key`] ?? ''] = parameters[`Tags.member.${i}.Value`] ?? '';
  }
  return tags;
}

function arn(kind: string, name: string): string {
  return `arn:aws:cloudformation:us-east-1:000000000000:${kind}/${name}`;
}
