import { fileURLToPath } from 'node:url';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { buildMessage } from '../../lib/notify/build-message.ts';
import type { NoticeMessage } from '../../lib/notify/message.ts';
import { requestOf } from '../../lib/notify/request.ts';
import { alertNamed } from '../../lib/pipeline/pipeline.ts';
import schema from '../../schemas/alert-message.v2.schema.json' with { type: 'json' };
import { anyNotice, noticeOf, pipeline, ruleNamed } from './notices.ts';

const validate = new Ajv2020({ strict: true, allErrors: true }).compile(schema);

/** What is wrong with a message by the schema. */
function faultsOf(message: unknown): unknown[] {
  validate(JSON.parse(JSON.stringify(message)));
  return validate.errors ?? [];
}

const message = (): NoticeMessage =>
  buildMessage(noticeOf(), ruleNamed('congested'), 'https://api.example.com');

describe('the schema', () => {
  it('takes every message', () => {
    fc.assert(
      fc.property(
        anyNotice,
        fc.boolean(),
        fc.option(fc.webUrl(), { nil: undefined }),
        (notice, isKnown, apiUrl) => {
          const rule = isKnown ? alertNamed(pipeline, notice.alert) : undefined;
          const { Message: text = '' } = requestOf(buildMessage(notice, rule, apiUrl));
          const { default: body } = JSON.parse(text) as { readonly default: string };

          expect(faultsOf(JSON.parse(body))).toEqual([]);
        },
      ),
      { numRuns: 200 },
    );
  });

  it.each([
    ['a field more', { extra: 1 }],
    ['another version', { version: 1 }],
    ['an unknown kind', { kind: 'pending' }],
    ['a time without a zone', { at: '2001-06-14T15:45:00' }],
    ['a negative count', { counts: { firing: -1, resolved: 0, heldBack: 0, leftOut: 0 } }],
    ['an address that is none', { runbook: 'the wiki' }],
    ['a label that is no text', { labels: { team: 1 } }],
    ['a key without a value', { value: undefined }],
    ['no alerts', { alerts: undefined }],
    ['an alert with less than it needs', { alerts: [{ key: {} }] }],
  ])('refuses %s', (_, change) => {
    expect(faultsOf(message())).toEqual([]);
    expect(faultsOf({ ...message(), ...change })).not.toEqual([]);
  });

  it('says the same as the type', () => {
    expect(shapeOfSchema(schema)).toEqual(shapeOfType());
  });
});

/** What a type and a schema both say. */
type Shape =
  | { readonly type: readonly string[] }
  | { readonly values: readonly unknown[] }
  | { readonly items: Shape }
  | { readonly texts: Shape }
  | { readonly fields: Readonly<Record<string, Shape>>; readonly required: readonly string[] };

interface Schema {
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, Schema>>;
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Schema;
}

function shapeOfSchema(root: Schema): Shape {
  const shape = (given: Schema): Shape => {
    if (given.$ref !== undefined) return shape(root.$defs![given.$ref.replace('#/$defs/', '')]!);
    if (given.const !== undefined) return { values: [given.const] };
    if (given.enum !== undefined) return { values: given.enum.toSorted() };
    if (given.items !== undefined) return { items: shape(given.items) };
    if (given.properties !== undefined) {
      expect(given.additionalProperties).toBe(false);
      const fields = Object.entries(given.properties).map(([name, field]) => [name, shape(field)]);
      const byName = Object.fromEntries(fields) as Record<string, Shape>;
      return { fields: byName, required: given.required!.toSorted() };
    }
    if (typeof given.additionalProperties === 'object') return { texts: shape(given.additionalProperties) };
    const types = [given.type].flat().map((type) => (type === 'integer' ? 'number' : String(type)));
    return { type: types.toSorted() };
  };
  return shape(root);
}

function shapeOfType(): Shape {
  const file = fileURLToPath(new URL('../../lib/notify/message.ts', import.meta.url));
  const program = ts.createProgram([file], {
    strict: true,
    exactOptionalPropertyTypes: true,
    module: ts.ModuleKind.NodeNext,
    allowImportingTsExtensions: true,
    noEmit: true,
  });
  const checker = program.getTypeChecker();
  const source = program.getSourceFile(file)!;
  const exported = checker.getExportsOfModule(checker.getSymbolAtLocation(source)!);
  const symbol = exported.find(({ name }) => name === 'NoticeMessage')!;

  const shape = (given: ts.Type): Shape => {
    const parts = (given.isUnion() ? given.types : [given]).filter(
      ({ flags }) => (flags & ts.TypeFlags.Undefined) === 0,
    );
    if (parts.every((part) => part.isLiteral()))
      return { values: parts.map(({ value }) => value).toSorted() };
    const names = parts.map(nameOf);
    if (!names.includes(undefined)) return { type: [...new Set(names.map(String))].toSorted() };
    const [only] = parts;
    expect(parts).toHaveLength(1);
    if (checker.isArrayType(only!))
      return { items: shape(checker.getTypeArguments(only as ts.TypeReference)[0]!) };
    const index = checker.getIndexInfoOfType(only!, ts.IndexKind.String);
    if (index !== undefined) {
      return index.type.flags & ts.TypeFlags.Unknown ? { type: ['object'] } : { texts: shape(index.type) };
    }
    const fields = checker.getPropertiesOfType(only!);
    return {
      fields: Object.fromEntries(fields.map((field) => [field.name, shape(checker.getTypeOfSymbol(field))])),
      required: fields
        .filter(({ flags }) => (flags & ts.SymbolFlags.Optional) === 0)
        .map(({ name }) => name)
        .toSorted(),
    };
  };
  return shape(checker.getDeclaredTypeOfSymbol(symbol));
}

function nameOf({ flags }: ts.Type): string | undefined {
  if (flags & ts.TypeFlags.BooleanLike) return 'boolean';
  if (flags & ts.TypeFlags.NumberLike) return 'number';
  if (flags & ts.TypeFlags.StringLike) return 'string';
  return flags & ts.TypeFlags.Null ? 'null' : undefined;
}
