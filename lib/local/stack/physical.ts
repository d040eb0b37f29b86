/** A resource that exists, or that stands for one which has no part in a local run. */
export interface PhysicalResource {
  readonly logicalId: string;
  /** CloudFormation's type: `AWS::Kinesis::Stream`. */
  readonly type: string;
  /** What `Ref` gives: a name, ARN, URL or id, by type. */
  readonly ref: string;
  /** What `Fn::GetAtt` gives, by attribute name. */
  readonly attributes: Readonly<Record<string, string>>;
}
