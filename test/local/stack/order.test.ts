import { describe, expect, it } from 'vitest';
import { creationOrder } from '../../../lib/local/stack/order.ts';

const needing = (Properties: Record<string, unknown>) => ({ Type: 'T', Properties });
const leaf = { Type: 'T' };

describe('creationOrder', () => {
  it.each([
    ['Ref', needing({ a: [{ Ref: 'Z' }] })],
    ['GetAtt as a list', needing({ a: { 'Fn::GetAtt': ['Z', 'Arn'] } })],
    ['GetAtt as text', needing({ a: { 'Fn::GetAtt': 'Z.Arn' } })],
    ['Sub of a name', needing({ a: { 'Fn::Sub': 'x-${Z}' } })],
    ['Sub of an attribute', needing({ a: { 'Fn::Sub': ['${Z.Arn}', {}] } })],
    ['a reference inside another function', needing({ a: { 'Fn::Join': ['', ['b', { Ref: 'Z' }]] } })],
    ['DependsOn', { Type: 'T', DependsOn: 'Z' }],
    ['DependsOn, as a list', { Type: 'T', DependsOn: ['Z'] }],
  ])('puts a resource after what it needs by %s', (_, resource) => {
    expect(creationOrder({ Resources: { A: resource, Z: leaf } })).toEqual(['Z', 'A']);
  });

  it('keeps the order of the template where nothing else is needed', () => {
    expect(creationOrder({ Resources: { B: leaf, A: leaf } })).toEqual(['B', 'A']);
  });

  it('refuses a circle, and names it', () => {
    const Resources = { A: needing({ a: { Ref: 'B' } }), B: needing({ a: { Ref: 'A' } }) };
    expect(() => creationOrder({ Resources })).toThrow('circle: A -> B -> A');
  });
});
