import { describe, expect, it } from 'vitest';
import { TemplateError } from '../../../lib/local/stack/errors.ts';
import type { Scope } from '../../../lib/local/stack/intrinsics.ts';
import { evaluate, isTrue } from '../../../lib/local/stack/intrinsics.ts';

const scope: Scope = {
  pseudo: { 'AWS::Region': 'us-east-1', 'AWS::Partition': 'aws' },
  parameters: { Stage: 'dev' },
  conditions: {
    IsDev: { 'Fn::Equals': [{ Ref: 'Stage' }, 'dev'] },
    IsElsewhere: { 'Fn::Not': [{ 'Fn::Equals': [{ Ref: 'AWS::Region' }, 'us-east-1'] }] },
    IsDevHere: { 'Fn::And': [{ Condition: 'IsDev' }, { 'Fn::Not': [{ Condition: 'IsElsewhere' }] }] },
    IsEither: { 'Fn::Or': [{ Condition: 'IsElsewhere' }, { Condition: 'IsDev' }] },
  },
  resources: new Map([
    [
      'Queue',
      {
        logicalId: 'Queue',
        type: 'AWS::SQS::Queue',
        ref: 'http://localhost/q',
        attributes: { Arn: 'arn:aws:sqs:us-east-1:1:q' },
      },
    ],
  ]),
};

describe('evaluate', () => {
  it.each<[string, unknown, unknown]>([
    ['Ref of a resource', { Ref: 'Queue' }, 'http://localhost/q'],
    ['Ref of a parameter', { Ref: 'Stage' }, 'dev'],
    ['Ref of a pseudo parameter', { Ref: 'AWS::Region' }, 'us-east-1'],
    ['GetAtt as a list', { 'Fn::GetAtt': ['Queue', 'Arn'] }, 'arn:aws:sqs:us-east-1:1:q'],
    ['GetAtt as text', { 'Fn::GetAtt': 'Queue.Arn' }, 'arn:aws:sqs:us-east-1:1:q'],
    [
      'Sub',
      { 'Fn::Sub': '${AWS::Partition}/${Queue.Arn}/${Queue}' },
      'aws/arn:aws:sqs:us-east-1:1:q/http://localhost/q',
    ],
    [
      'Sub with variables',
      { 'Fn::Sub': ['${own}-${Stage}', { own: { Ref: 'AWS::Region' } }] },
      'us-east-1-dev',
    ],
    ['Sub with a literal', { 'Fn::Sub': '${!Stage} is ${Stage}' }, '${Stage} is dev'],
    ['Join', { 'Fn::Join': [':', ['a', { Ref: 'Stage' }, 3]] }, 'a:dev:3'],
    ['Join of a split list', { 'Fn::Join': ['/', { 'Fn::Split': [':', 'a:b'] }] }, 'a/b'],
    ['Select', { 'Fn::Select': ['1', { 'Fn::Split': ['-', { Ref: 'AWS::Region' }] }] }, 'east'],
    ['If, when it holds', { 'Fn::If': ['IsDevHere', { Ref: 'Stage' }, { Ref: 'Nowhere' }] }, 'dev'],
    ['If, when it does not', { 'Fn::If': ['IsElsewhere', { Ref: 'Nowhere' }, 1] }, 1],
    ['AWS::NoValue in an object', { a: 1, b: { Ref: 'AWS::NoValue' } }, { a: 1 }],
    ['AWS::NoValue in a list', [1, { 'Fn::If': ['IsEither', { Ref: 'AWS::NoValue' }, 2] }], [1]],
    ['plain data', { a: [true, null, { b: 'c' }] }, { a: [true, null, { b: 'c' }] }],
  ])('resolves %s', (_, value, expected) => {
    expect(evaluate(value, scope, 'R')).toEqual(expected);
  });

  it.each<[string, unknown, RegExp]>([
    ['an unknown resource', { A: [{ Ref: 'Nowhere' }] }, /^R\.A\[0\]: refers to Nowhere/],
    [
      'an unknown attribute',
      { 'Fn::GetAtt': ['Queue', 'Size'] },
      /^R: Queue \(AWS::SQS::Queue\) has no attribute "Size" locally; it has: Arn$/,
    ],
    ['an unknown name in Sub', { 'Fn::Sub': '${Nowhere}' }, /^R: refers to Nowhere/],
    ['an unknown function', { 'Fn::ImportValue': 'x' }, /^R: Fn::ImportValue cannot be evaluated locally/],
    ['an unknown condition', { 'Fn::If': ['Never', 1, 2] }, /^R: the template has no condition Never$/],
    ['an index beyond the list', { 'Fn::Select': [2, ['a', 'b']] }, /^R: Fn::Select finds no element 2$/],
    ['no list', { 'Fn::Join': 'a' }, /^R: Fn::Join needs a list where it has "a"$/],
    ['no text', { 'Fn::Join': ['', [{ a: 1 }]] }, /^R: Fn::Join needs a string where it has \{"a":1\}$/],
  ])('refuses %s', (_, value, message) => {
    expect(() => evaluate(value, scope, 'R')).toThrow(TemplateError);
    expect(() => evaluate(value, scope, 'R')).toThrow(message);
  });
});

describe('isTrue', () => {
  it.each([
    ['IsDev', true],
    ['IsElsewhere', false],
    ['IsDevHere', true],
    ['IsEither', true],
  ])('%s is %s', (name, expected) => {
    expect(isTrue({ Condition: name }, scope, 'R')).toBe(expected);
  });
});
