import type { StackFunction } from './functions.ts';
import { evaluate, isTrue, type Scope } from './intrinsics.ts';
import { objectList, requiredString, type Properties } from './resources/properties.ts';
import type { Template, TemplateResource } from './template.ts';

/** A function that a topic invokes. */
export interface TopicSubscription {
  readonly topicArn: string;
  readonly function: StackFunction;
  /** FilterPolicy and so on, under CloudFormation's names. */
  readonly properties: Properties;
}

/**
 * The functions that are subscribed to topics: by AWS::SNS::Subscription, and by the Subscription property of AWS::SNS::Topic.
 * Those of functions that are none of the template are left out.
 *
 * @throws {TemplateError} when a property cannot be resolved
 */
export function readTopicSubscriptions(
  template: Template,
  scope: Scope,
  functions: readonly StackFunction[],
): readonly TopicSubscription[] {
  return Object.entries(template.Resources)
    .flatMap(([logicalId, resource]) => subscriptionsOf(logicalId, resource, scope))
    .flatMap(({ topicArn, properties }) => {
      if (requiredString(properties, 'Protocol') !== 'lambda') return [];
      const endpoint = requiredString(properties, 'Endpoint');
      const subscribed = functions.find(({ arn }) => arn === endpoint);
      return subscribed === undefined ? [] : [{ topicArn, function: subscribed, properties }];
    });
}

function subscriptionsOf(
  logicalId: string,
  { Type: type, Condition: condition, Properties: properties = {} }: TemplateResource,
  scope: Scope,
): { readonly topicArn: string; readonly properties: Properties }[] {
  if (condition !== undefined && !isTrue({ Condition: condition }, scope, logicalId)) return [];
  const place = (own: unknown): Properties => ({
    logicalId,
    properties: evaluate(own, scope, logicalId) as Record<string, unknown>,
  });
  if (type === 'AWS::SNS::Subscription') {
    if (properties.Protocol !== 'lambda') return [];
    const own = place(properties);
    return [{ topicArn: requiredString(own, 'TopicArn'), properties: own }];
  }
  const topic = scope.resources.get(logicalId);
  if (type !== 'AWS::SNS::Topic' || topic === undefined) return [];
  const listed = objectList(place({ Subscription: properties.Subscription }), 'Subscription');
  return listed.map((own) => ({ topicArn: topic.ref, properties: own }));
}
