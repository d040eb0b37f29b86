import type { EmbeddedAws } from '../aws/embedded.ts';
import { TemplateError } from './errors.ts';
import type { Scope } from './intrinsics.ts';
import { evaluate, isTrue } from './intrinsics.ts';
import { creationOrder } from './order.ts';
import type { PhysicalResource } from './physical.ts';
import type { Creator } from './resources/creator.ts';
import { createDynamoDbTable } from './resources/dynamodb-table.ts';
import { inertNameProperty, inertResource, isInert } from './resources/inert.ts';
import { createKinesisStreamConsumer } from './resources/kinesis-stream-consumer.ts';
import { createKinesisStream } from './resources/kinesis-stream.ts';
import { createSnsSubscription } from './resources/sns-subscription.ts';
import { createSnsTopic } from './resources/sns-topic.ts';
import { createSqsQueue } from './resources/sqs-queue.ts';
import type { Template, TemplateResource } from './template.ts';

const CREATORS: Readonly<Record<string, Creator>> = {
  'AWS::DynamoDB::Table': createDynamoDbTable,
  'AWS::Kinesis::Stream': createKinesisStream,
  'AWS::Kinesis::StreamConsumer': createKinesisStreamConsumer,
  'AWS::SNS::Subscription': createSnsSubscription,
  'AWS::SNS::Topic': createSnsTopic,
  'AWS::SQS::Queue': createSqsQueue,
};

/** Options of {@link provision}. */
export interface ProvisionOptions {
  /** `AWS::StackName`, with which generated names begin. */
  readonly stackName: string;
  /** How many shards an on-demand stream gets; 2 unless given. */
  readonly onDemandShards?: number;
  /** Values of the template's parameters, before their defaults. */
  readonly parameters?: Readonly<Record<string, unknown>>;
}

/** A resource that was not made, and why. */
export interface SkippedResource {
  readonly logicalId: string;
  readonly type: string;
  readonly reason: string;
}

/** What became of a template's resources. */
export interface Provisioned {
  /** For evaluating what else the template says. */
  readonly scope: Scope;
  readonly skipped: readonly SkippedResource[];
}

/**
 * Makes the streams, tables, topics, queues and subscriptions of a template in the embedded AWS, each after those
 * that it refers to. Roles, log groups, functions and the like get a plausible name and ARN; what is neither is
 * skipped, which is an error only if something that is needed refers to it.
 * @throws {TemplateError} for what cannot be resolved or made
 */
export async function provision(
  template: Template,
  aws: Pick<EmbeddedAws, 'account' | 'clients' | 'region'>,
  options: ProvisionOptions,
): Promise<Provisioned> {
  const resources = new Map<string, PhysicalResource>();
  const skipped: SkippedResource[] = [];
  const scope = scopeOf(template, aws, options, resources);

  for (const logicalId of creationOrder(template)) {
    const resource = template.Resources[logicalId];
    if (!resource) continue;
    const type = resource.Type;
    const reason = reasonToSkip(logicalId, resource, scope);
    if (reason !== undefined) {
      skipped.push({ logicalId, type, reason });
      continue;
    }
    const properties = evaluate(neededProperties(logicalId, resource), scope, logicalId);
    const request = {
      logicalId,
      type,
      properties: properties as Record<string, unknown>,
      generatedName: `${options.stackName}-${logicalId}`,
      account: aws.account,
      region: aws.region,
      clients: aws.clients,
      onDemandShards: options.onDemandShards ?? 2,
    };
    const create = CREATORS[type];
    resources.set(logicalId, create ? await created(create, request) : inertResource(request));
  }
  return { scope, skipped };
}

async function created(create: Creator, request: Parameters<Creator>[0]): Promise<PhysicalResource> {
  try {
    return await create(request);
  } catch (cause) {
    if (cause instanceof TemplateError) throw cause;
    const reason = cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause);
    throw new TemplateError(`${request.logicalId} (${request.type}) was refused: ${reason}`, { cause });
  }
}

function reasonToSkip(logicalId: string, resource: TemplateResource, scope: Scope): string | undefined {
  const { Type: type, Condition: condition, Properties: properties = {} } = resource;
  if (condition !== undefined && !isTrue({ Condition: condition }, scope, logicalId)) {
    return `its condition ${condition} does not hold`;
  }
  if (type === 'AWS::SNS::Subscription') {
    const protocol = evaluate(properties.Protocol, scope, `${logicalId}.Protocol`);
    if (protocol !== 'sqs') return `nothing delivers to protocol ${String(protocol)} locally`;
  }
  if (!(type in CREATORS) && !isInert(logicalId, type)) return 'its type has no local counterpart';
  return undefined;
}

/** Of an inert resource nothing but its name matters, so that the rest may use what cannot be evaluated here. */
function neededProperties(logicalId: string, { Type, Properties = {} }: TemplateResource): object {
  if (Type in CREATORS) return Properties;
  const name = inertNameProperty(logicalId, Type);
  return name !== undefined && name in Properties ? { [name]: Properties[name] } : {};
}

function scopeOf(
  template: Template,
  aws: Pick<EmbeddedAws, 'account' | 'region'>,
  options: ProvisionOptions,
  resources: ReadonlyMap<string, PhysicalResource>,
): Scope {
  const defaults = Object.entries(template.Parameters ?? {}).flatMap(([name, { Default }]) =>
    Default === undefined ? [] : [[name, Default] as const],
  );
  return {
    pseudo: {
      'AWS::AccountId': aws.account,
      'AWS::Partition': 'aws',
      'AWS::Region': aws.region,
      'AWS::StackId': `arn:aws:cloudformation:${aws.region}:${aws.account}:stack/${options.stackName}/local`,
      'AWS::StackName': options.stackName,
      'AWS::URLSuffix': 'amazonaws.com',
    },
    parameters: { ...Object.fromEntries(defaults), ...options.parameters },
    conditions: template.Conditions ?? {},
    resources,
  };
}
