import type { PhysicalResource } from '../physical.ts';
import type { CreationRequest } from './creator.ts';
import { optionalString } from './properties.ts';

/** How Ref and Fn::GetAtt answer for a resource that is only a name locally. */
interface Inert {
  /** The property that names it. */
  readonly nameProperty?: string;
  /** Its ARN after `arn:aws:`; `Ref` gives this instead of the name if `refIsArn`. */
  readonly arn?: (name: string, of: { account: string; region: string }) => string;
  readonly refIsArn?: boolean;
  readonly attributes?: (name: string) => Record<string, string>;
}

const lambda =
  (kind: string) =>
  (name: string, { region, account }: { account: string; region: string }): string =>
    `lambda:${region}:${account}:${kind}:${name}`;

/** What has no part in a local run, or is run by another part of it (functions, mappings, routes). */
const INERT: Readonly<Record<string, Inert>> = {
  'AWS::ApiGatewayV2::Api': {
    attributes: (name) => ({ ApiId: name, ApiEndpoint: `http://${name}.localhost` }),
  },
  'AWS::ApiGatewayV2::Integration': {},
  'AWS::ApiGatewayV2::Route': {},
  'AWS::ApiGatewayV2::Stage': { nameProperty: 'StageName' },
  'AWS::CloudWatch::Alarm': {
    nameProperty: 'AlarmName',
    arn: (name, { region, account }) => `cloudwatch:${region}:${account}:alarm:${name}`,
  },
  'AWS::CloudWatch::Dashboard': { nameProperty: 'DashboardName' },
  'AWS::Events::Rule': {
    nameProperty: 'Name',
    arn: (name, { region, account }) => `events:${region}:${account}:rule/${name}`,
  },
  'AWS::IAM::ManagedPolicy': {
    nameProperty: 'ManagedPolicyName',
    arn: (name, { account }) => `iam::${account}:policy/${name}`,
    refIsArn: true,
  },
  'AWS::IAM::Policy': { nameProperty: 'PolicyName' },
  'AWS::IAM::Role': {
    nameProperty: 'RoleName',
    arn: (name, { account }) => `iam::${account}:role/${name}`,
    attributes: (name) => ({ RoleId: `AROA${name}` }),
  },
  'AWS::Lambda::EventInvokeConfig': {},
  'AWS::Lambda::EventSourceMapping': { arn: lambda('event-source-mapping') },
  'AWS::Lambda::Function': { nameProperty: 'FunctionName', arn: lambda('function') },
  'AWS::Lambda::Permission': {},
  'AWS::Lambda::Version': { arn: lambda('function'), refIsArn: true, attributes: () => ({ Version: '1' }) },
  'AWS::Logs::LogGroup': {
    nameProperty: 'LogGroupName',
    arn: (name, { region, account }) => `logs:${region}:${account}:log-group:${name}:*`,
  },
  'AWS::Logs::MetricFilter': {},
  'AWS::S3::BucketPolicy': {},
  'AWS::SNS::TopicPolicy': {},
  'AWS::SQS::QueuePolicy': {},
};

/** The bucket into which the Serverless Framework uploads bundles; locally they stay where they are. */
const DEPLOYMENT_BUCKET: Inert = { nameProperty: 'BucketName', arn: (name) => `s3:::${name}` };

/** Whether a resource only needs a plausible name and ARN. */
export function isInert(logicalId: string, type: string): boolean {
  return inertFor(logicalId, type) !== undefined;
}

/** The only property of an inert resource that matters, if it has one. */
export function inertNameProperty(logicalId: string, type: string): string | undefined {
  return inertFor(logicalId, type)?.nameProperty;
}

/** A stand-in whose name and ARN have the form of the real ones. */
export function inertResource(
  request: Omit<CreationRequest, 'clients' | 'onDemandShards'>,
): PhysicalResource {
  const { logicalId, type, generatedName, account, region } = request;
  const { nameProperty, arn, refIsArn = false, attributes } = inertFor(logicalId, type) ?? {};
  const name = (nameProperty && optionalString(request, nameProperty)) ?? generatedName;
  const fullArn = arn && `arn:aws:${arn(name, { account, region })}`;
  return {
    logicalId,
    type,
    ref: refIsArn && fullArn ? fullArn : name,
    attributes: { ...(fullArn && { Arn: fullArn }), ...attributes?.(name) },
  };
}

function inertFor(logicalId: string, type: string): Inert | undefined {
  if (logicalId === 'ServerlessDeploymentBucket') return DEPLOYMENT_BUCKET;
  return INERT[type];
}
