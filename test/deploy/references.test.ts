import { describe, expect, it } from 'vitest';
import { dangling } from './references.ts';
import type { Template } from './template.ts';

const sound: Template = {
  Parameters: { Size: { Type: 'Number' } },
  Conditions: { Big: { 'Fn::Equals': [{ Ref: 'Size' }, '9'] } },
  Resources: {
    Queue: { Type: 'AWS::SQS::Queue', Condition: 'Big' },
    Topic: {
      Type: 'AWS::SNS::Topic',
      DependsOn: 'Queue',
      Properties: {
        DisplayName: { 'Fn::If': ['Big', { 'Fn::GetAtt': 'Queue.Arn' }, { Ref: 'AWS::Region' }] },
        TopicName: { 'Fn::Sub': ['${Queue.Arn}-${own}-${!literal}-${AWS::Region}', { own: 'x' }] },
      },
    },
  },
};

function withTopic(change: object): Template {
  return { ...sound, Resources: { ...sound.Resources, Topic: { Type: 'AWS::SNS::Topic', ...change } } };
}

describe('dangling references', () => {
  it('finds none in a template that has all that it names', () => {
    expect(dangling(sound)).toEqual([]);
  });

  it.each([
    ['Ref', { Properties: { TopicName: { Ref: 'Gone' } } }],
    ['Ref', { Properties: { TopicName: { Ref: 'AWS::Rejoin' } } }],
    ['Fn::GetAtt', { Properties: { TopicName: { 'Fn::GetAtt': ['Gone', 'Arn'] } } }],
    ['Fn::GetAtt', { Properties: { Tags: [{ Value: { 'Fn::GetAtt': 'Gone.Arn' } }] } }],
    ['Fn::Sub', { Properties: { TopicName: { 'Fn::Sub': 'a-${Gone.Arn}' } } }],
    ['Fn::Sub', { Properties: { TopicName: { 'Fn::Sub': ['${Gone}-${own}', { own: 'x' }] } } }],
    ['Fn::If', { Properties: { TopicName: { 'Fn::If': ['Gone', 'a', 'b'] } } }],
    ['Condition', { Condition: 'Gone' }],
    ['DependsOn', { DependsOn: ['Queue', 'Gone'] }],
  ])('finds a %s in %j', (kind, change) => {
    const found = dangling(withTopic(change));

    expect(found).toEqual([expect.objectContaining({ kind })]);
  });
});
