import { describe, expect, test } from 'vitest';
import { compileFilter } from '../../../lib/esm/filter/compile-filter.ts';
import { MappingSettingsError } from '../../../lib/esm/index.ts';
import { changeRecord, kinesisRecord } from './records.ts';

/** Whether the data, as it is written, passes a filter with the pattern for it. */
function passes(data: string, pattern: string): boolean | undefined {
  const filter = compileFilter({ Filters: [{ Pattern: `{"data":${pattern}}` }] }, 'kinesis');
  return filter?.(kinesisRecord(data));
}

describe('the operators that AWS documents', () => {
  test.each([
    ['null', '{"UserID":[null]}', ['{"UserID":null}'], ['{"UserID":"null"}', '{"UserID":""}', '{}']],
    ['empty', '{"LastName":[""]}', ['{"LastName":""}'], ['{"LastName":null}', '{"LastName":" "}', '{}']],
    ['equals', '{"Name":["Alice"]}', ['{"Name":"Alice"}'], ['{"Name":"alice"}', '{"Name":"Alice "}']],
    ['equals true', '{"ok":[true]}', ['{"ok":true}'], ['{"ok":"true"}', '{"ok":false}', '{"ok":1}']],
    [
      'equals, ignoring case',
      '{"Name":[{"equals-ignore-case":"alice"}]}',
      ['{"Name":"Alice"}', '{"Name":"ALICE"}'],
      ['{"Name":"Alic"}', '{"Name":7}'],
    ],
    [
      'and',
      '{"Location":["New York"],"Day":["Monday"]}',
      ['{"Location":"New York","Day":"Monday","Hour":3}'],
      ['{"Location":"New York","Day":"Friday"}', '{"Location":"New York"}'],
    ],
    [
      'or of values',
      '{"PaymentType":["Credit","Debit"]}',
      ['{"PaymentType":"Credit"}', '{"PaymentType":"Debit"}'],
      ['{"PaymentType":"Cash"}'],
    ],
    [
      'or of fields',
      '{"$or":[{"Location":["New York"]},{"Day":["Monday"]}]}',
      ['{"Location":"New York"}', '{"Day":"Monday","Location":"Oslo"}'],
      ['{"Location":"Oslo","Day":"Friday"}', '{}'],
    ],
    [
      'or beside and',
      '{"source":["aws.cloudwatch"],"$or":[{"metric":["CPU"]},{"type":["T"],"$or":[{"id":[1234]},{"space":[1000]}]}]}',
      ['{"source":"aws.cloudwatch","metric":"CPU"}', '{"source":"aws.cloudwatch","type":"T","space":1000}'],
      ['{"source":"aws.cloudwatch","type":"T"}', '{"source":"aws.ec2","metric":"CPU"}'],
    ],
    [
      'not',
      '{"Weather":[{"anything-but":["Raining"]}]}',
      ['{"Weather":"Sunny"}', '{"Weather":7}', '{"Weather":null}'],
      ['{"Weather":"Raining"}', '{}'],
    ],
    ['not, of one', '{"state":[{"anything-but":"init"}]}', ['{"state":"on"}'], ['{"state":"init"}']],
    [
      'not, of numbers',
      '{"x-limit":[{"anything-but":[100,200,300]}]}',
      ['{"x-limit":301.8}', '{"x-limit":"100"}'],
      ['{"x-limit":200}'],
    ],
    [
      'not, of a prefix',
      '{"state":[{"anything-but":{"prefix":"init"}}]}',
      ['{"state":"running"}'],
      ['{"state":"initializing"}', '{}'],
    ],
    [
      'not, of a suffix',
      '{"file":[{"anything-but":{"suffix":".png"}}]}',
      ['{"file":"a.txt"}'],
      ['{"file":"a.png"}'],
    ],
    [
      'numeric, equals',
      '{"Price":[{"numeric":["=",100]}]}',
      ['{"Price":100}', '{"Price":100.0}', '{"Price":1.0e2}'],
      ['{"Price":"100"}', '{"Price":100.001}', '{}'],
    ],
    [
      'numeric, range',
      '{"Price":[{"numeric":[">",10,"<=",20]}]}',
      ['{"Price":10.000001}', '{"Price":20}'],
      ['{"Price":10}', '{"Price":20.000001}', '{"Price":"15"}'],
    ],
    ['numeric, below', '{"n":[{"numeric":["<",0]}]}', ['{"n":-0.5}'], ['{"n":0}']],
    [
      'numeric, not below',
      '{"n":[{"numeric":[">=",0]}]}',
      ['{"n":0}', '{"n":5e9}'],
      ['{"n":-1}', '{"n":6e9}'],
    ],
    [
      'exists',
      '{"Product":[{"exists":true}]}',
      ['{"Product":null}', '{"Product":0}'],
      ['{}', '{"Product":{"a":1}}'],
    ],
    [
      'exists not',
      '{"Product":[{"exists":false}]}',
      ['{}', '{"Product":{"a":1}}', '{"Product":[]}'],
      ['{"Product":null}', '{"Product":[1]}'],
    ],
    [
      'begins with',
      '{"Region":[{"prefix":"us-"}]}',
      ['{"Region":"us-east-1"}'],
      ['{"Region":"eu-us-"}', '{"Region":1}'],
    ],
    ['ends with', '{"File":[{"suffix":".png"}]}', ['{"File":"a.png"}'], ['{"File":"a.png "}']],
    ['exactly a number', '{"n":[300]}', ['{"n":300}'], ['{"n":300.0}', '{"n":3.0e2}', '{"n":"300"}']],
    [
      'several rules',
      '{"n":["low",{"numeric":["<",5]},{"exists":false}]}',
      ['{"n":"low"}', '{"n":4}', '{}'],
      ['{"n":"high"}', '{"n":5}'],
    ],
  ])('%s', (_, pattern, matching, other) => {
    for (const data of matching) expect([data, passes(data, pattern)]).toEqual([data, true]);
    for (const data of other) expect([data, passes(data, pattern)]).toEqual([data, false]);
  });

  test('lists match if an element does, and objects in a list each on their own', () => {
    const people = '{"employees":[{"first":"Anna","last":"Smith"},[{"first":"Peter","last":"Jones"}]]}';
    expect(passes('{"tags":["a","b"]}', '{"tags":["b"]}')).toBe(true);
    expect(passes('{"tags":["a",["b"]]}', '{"tags":["b"]}')).toBe(true);
    expect(passes('{"tags":["a","b"]}', '{"tags":[{"anything-but":"a"}]}')).toBe(true);
    expect(passes(people, '{"employees":{"first":["Peter"]}}')).toBe(true);
    expect(passes(people, '{"employees":{"first":["Anna"],"last":["Smith"]}}')).toBe(true);
    expect(passes(people, '{"employees":{"first":["Anna"],"last":["Jones"]}}')).toBe(false);
    expect(passes(people, '{"employees":{"first":["Anna"],"age":[{"exists":false}]}}')).toBe(true);
    expect(passes('{"list":[{"a":1},{"b":1}]}', '{"list":{"b":[{"exists":false}]}}')).toBe(false);
  });
});

describe('Kinesis', () => {
  const filter = (pattern: object) => compileFilter({ Filters: [{ Pattern: pattern }] }, 'kinesis');

  test("AWS's example of orders", () => {
    const orders = filter({ data: { order: { type: ['buy'] } } });
    expect(orders?.(kinesisRecord('{"record":12345,"order":{"type":"buy","stock":"ANYCO"}}'))).toBe(true);
    expect(orders?.(kinesisRecord('{"record":12345,"order":{"type":"sell","stock":"ANYCO"}}'))).toBe(false);
  });

  test.each([
    ['JSON data, JSON pattern', '{"a":1}', { data: { a: [1] } }, true],
    ['JSON data, no pattern for it', '{"a":1}', { partitionKey: ['1'] }, true],
    ['other data, JSON pattern', 'hello', { data: { a: [{ exists: false }] } }, false],
    ['other data, no pattern for it', 'hello', { partitionKey: ['1'] }, true],
    ['other data, no pattern for it, another key', 'hello', { partitionKey: ['2'] }, false],
    [
      'other data, pattern in an alternative',
      'hello',
      { $or: [{ data: { a: [1] } }, { partitionKey: ['1'] }] },
      false,
    ],
    ['no data', '', { data: { a: [{ exists: false }] } }, false],
    ['data that is JSON and no object', '[1]', { data: { a: [1] } }, false],
  ])('%s', (_, data, pattern, expected) => {
    expect(filter(pattern)?.(kinesisRecord(data))).toBe(expected);
  });

  test('bytes that are no text are no JSON', () => {
    expect(
      filter({ data: { a: [{ exists: false }] } })?.(kinesisRecord(Uint8Array.of(0xf3, 0x89, 0x9a))),
    ).toBe(false);
  });

  test('a record passes if any filter matches, also if its data is no JSON to another', () => {
    const either = compileFilter(
      { Filters: [{ Pattern: { data: { a: [1] } } }, { Pattern: { partitionKey: ['x'] } }] },
      'kinesis',
    );
    expect(either?.(kinesisRecord('{"a":1}'))).toBe(true);
    expect(either?.(kinesisRecord('plain', 'x'))).toBe(true);
    expect(either?.(kinesisRecord('plain', 'y'))).toBe(false);
  });
});

describe('DynamoDB', () => {
  const passesChange = (pattern: string, dynamodb: object, eventName = 'INSERT') =>
    compileFilter({ Filters: [{ Pattern: pattern }] }, 'dynamodb')?.(changeRecord(eventName, dynamodb));

  test('the name of the event', () => {
    expect(passesChange('{"eventName":["INSERT","MODIFY"]}', {})).toBe(true);
    expect(passesChange('{"eventName":["INSERT","MODIFY"]}', {}, 'REMOVE')).toBe(false);
  });

  test('keys and attributes', () => {
    const change = {
      Keys: { CustomerName: { S: 'AnyCompany Industries' } },
      NewImage: { AccountManager: { S: 'Pat Candella' }, Number: { N: '4567' } },
    };
    const keys = '{"dynamodb":{"Keys":{"CustomerName":{"S":["AnyCompany Industries"]}}}}';
    const managers =
      '{"dynamodb":{"NewImage":{"AccountManager":{"S":["Pat Candella","Shirley Rodriguez"]}}}}';
    expect(passesChange(keys, change)).toBe(true);
    expect(passesChange(managers, change)).toBe(true);
    expect(passesChange(managers, { NewImage: { AccountManager: { S: 'Terry Whitlock' } } })).toBe(false);
    expect(passesChange('{"dynamodb":{"NewImage":{"Number":{"N":["4567"]}}}}', change)).toBe(true);
    // Numbers are texts in the event: numeric operators find none.
    expect(passesChange('{"dynamodb":{"NewImage":{"Number":{"N":[4567]}}}}', change)).toBe(false);
    expect(passesChange('{"dynamodb":{"NewImage":{"Number":{"N":[{"numeric":["=",4567]}]}}}}', change)).toBe(
      false,
    );
  });

  test('a name that a pattern has twice asks for both', () => {
    const pattern =
      '{ "dynamodb" : { "NewImage" : { "AccountManager" : { "S" : [ "Pat Candella" ] } } }, ' +
      '"dynamodb" : { "OldImage" : { "AccountManager" : { "S" : [ "Terry Whitlock" ] } } } }';
    const image = (S: string) => ({ AccountManager: { S } });
    const both = { NewImage: image('Pat Candella'), OldImage: image('Terry Whitlock') };
    expect(passesChange(pattern, both)).toBe(true);
    expect(passesChange(pattern, { ...both, NewImage: image('Somebody') })).toBe(false);
    expect(passesChange(pattern, { ...both, OldImage: image('Somebody') })).toBe(false);
  });

  test('exists works on leaves', () => {
    const change = { NewImage: { Organizations: { L: [{ S: 'Sales' }, { S: 'Marketing' }] } } };
    expect(passesChange('{"dynamodb":{"NewImage":{"Organizations":[{"exists":true}]}}}', change)).toBe(false);
    const leaf = '{"dynamodb":{"NewImage":{"Organizations":{"L":{"S":[{"exists":true}]}}}}}';
    expect(passesChange(leaf, change)).toBe(true);
    expect(passesChange(leaf, { NewImage: {} })).toBe(false);
  });
});

describe('criteria', () => {
  const compile = (...patterns: readonly (string | object)[]) =>
    compileFilter({ Filters: patterns.map((Pattern) => ({ Pattern })) }, 'kinesis');

  test('without a filter are none', () => {
    expect(compileFilter(undefined, 'kinesis')).toBeUndefined();
    expect(compileFilter({}, 'dynamodb')).toBeUndefined();
    expect(compileFilter({ Filters: [] }, 'kinesis')).toBeUndefined();
  });

  test('may have ten filters of 4,096 characters', () => {
    const pattern = (length: number) => `{"k":["${'x'.repeat(length - 10)}"]}`;
    expect(pattern(4_096)).toHaveLength(4_096);
    expect(() => compile(...Array<string>(10).fill(pattern(4_096)))).not.toThrow();
    expect(() => compile(...Array<string>(11).fill('{"k":["x"]}'))).toThrow('has 11 filters: AWS allows 5');
    expect(() => compile(pattern(4_097))).toThrow('Filters[0].Pattern has 4097 characters');
  });

  test.each([
    ['{"a": ["x"', 'FilterCriteria.Filters[0].Pattern is {"a": ["x", no JSON: give a JSON object'],
    ['single-string', 'Pattern is single-string, no JSON'],
    ['["a"]', 'Pattern is ["a"], JSON, but no object'],
    ['', 'Pattern is missing'],
    ['{}', 'Pattern is an empty object'],
    ['{"a":"x"}', 'Pattern: a is "x": values are given in a list, "a": ["x"]'],
    ['{"data":{"a":{"b":5}}}', 'Pattern: data.a.b is 5: values are given in a list'],
    ['{"data":["plain text"]}', 'Pattern has a data that is no object'],
    ['{"$or":[{"data":["x"]},{"a":["x"]}]}', 'Pattern has a data that is no object'],
    ['{"a":[]}', 'Pattern: a is an empty list'],
    ['{"a":{}}', 'Pattern: a is an empty object'],
    ['{"a":[["x"]]}', 'Pattern: a[0] is a list in a list'],
    ['{"a":[{}]}', 'Pattern: a[0] has 0 operators'],
    ['{"a":[{"prefix":"x","suffix":"y"}]}', 'Pattern: a[0] has 2 operators'],
    [
      '{"a":["x",{"begins":"x"}]}',
      'Pattern: a[1] has "begins", which is no operator: use one of anything-but',
    ],
    [
      '{"a":[{"wildcard":"*"}]}',
      'a[0] has "wildcard", which is an operator of EventBridge that Lambda does not document',
    ],
    ['{"a":[{"prefix":5}]}', 'a[0].prefix is 5: it must be a text'],
    ['{"a":[{"exists":"yes"}]}', 'a[0].exists is "yes": it must be true or false'],
    ['{"a":[{"anything-but":[]}]}', 'a[0].anything-but is a list: it must be'],
    ['{"a":[{"anything-but":["x",1]}]}', 'a[0].anything-but is a list: it must be'],
    ['{"a":[{"anything-but":null}]}', 'a[0].anything-but is null: it must be'],
    ['{"a":[{"anything-but":{"numeric":["=",1]}}]}', 'a[0].anything-but is an object: it must be'],
    ['{"a":[{"numeric":5}]}', 'a[0].numeric cannot be read'],
    ['{"a":[{"numeric":[">"]}]}', 'a[0].numeric cannot be read'],
    ['{"a":[{"numeric":["!=",5]}]}', 'a[0].numeric cannot be read'],
    ['{"a":[{"numeric":["<",5,">",1]}]}', 'a[0].numeric cannot be read'],
    ['{"a":[{"numeric":[">","5"]}]}', 'a[0].numeric cannot be read'],
    ['{"a":[{"numeric":[">",5e10]}]}', 'a[0].numeric cannot be read'],
    ['{"a":[{"numeric":[">",5,"<",5]}]}', 'a[0].numeric is a range without numbers'],
    ['{"$or":[{"a":["x"]}]}', 'Pattern: $or[0] has "a", which is no operator'],
    ['{"$or":[{"a":["x"]},{"b":"y"}]}', 'Pattern: $or[1].b is "y": values are given in a list'],
  ])('%s is refused', (pattern, message) => {
    expect(() => compile(pattern)).toThrow(MappingSettingsError);
    expect(() => compile(pattern)).toThrow(message);
  });

  test('name the filter that is wrong', () => {
    expect(() => compile({ a: ['x'] }, { a: 'x' })).toThrow('FilterCriteria.Filters[1].Pattern: a is "x"');
    expect(() => compileFilter({ Filters: [{}] }, 'dynamodb')).toThrow('Filters[0].Pattern is missing');
  });
});
