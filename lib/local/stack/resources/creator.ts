import type { AwsClients } from '../../aws/clients.ts';
import type { PhysicalResource } from '../physical.ts';

/** What a resource is made from. */
export interface CreationRequest {
  readonly logicalId: string;
  readonly type: string;
  /** CloudFormation's properties, with every intrinsic function evaluated. */
  readonly properties: Readonly<Record<string, unknown>>;
  /** The physical name where the template gives none. */
  readonly generatedName: string;
  readonly account: string;
  readonly region: string;
  readonly clients: AwsClients;
  /** The shards of a Kinesis stream in on-demand mode, whose number AWS chooses. */
  readonly onDemandShards: number;
}

/** Makes one resource in the embedded AWS and returns it when it can be used. */
export type Creator = (request: CreationRequest) => Promise<PhysicalResource>;
