import { MappingSettingsError } from '../errors.ts';
import type { StreamRecord } from '../sources/source.ts';
import type { JsonObject } from './json.ts';
import { parseJson } from './json.ts';
import { matches } from './match.ts';
import type { ObjectPattern } from './pattern.ts';
import { compilePattern } from './pattern.ts';
import type { Source } from './record-document.ts';
import { DATA_FIELD, recordDocument } from './record-document.ts';

/** A mapping's FilterCriteria, as CloudFormation and the Lambda API have it. */
export interface FilterCriteria {
  readonly Filters?: readonly { readonly Pattern?: string | object }[];
}

/** Whether a record is one that the function wants. */
export type RecordFilter = (record: StreamRecord) => boolean;

/**
 * AWS: five filters, and up to ten once the quota has been raised.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html
 */
const MOST_FILTERS = 10;

/**
 * AWS: the length of a pattern, in characters.
 * @see https://docs.aws.amazon.com/lambda/latest/api/API_Filter.html
 */
const LONGEST_PATTERN = 4_096;

/**
 * Makes the filter of a mapping: a record passes if any pattern matches it.
 *
 * A pattern's fields are those of the record's `kinesis` object, with `data` decoded and read as JSON, or those of a
 * DynamoDB stream's whole event record. All fields of a pattern have to match, each with any of its values. If a pattern
 * has `data` and the record's data is no JSON, it does not match. An aggregate of the Kinesis Producer Library is
 * filtered as the one record that it is, so that a pattern with `data` drops it; AWS takes it apart for consumers with
 * enhanced fan-out.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html
 * @see https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis-filtering.html
 * @see https://docs.aws.amazon.com/lambda/latest/dg/with-ddb-filtering.html
 * @param criteria patterns as JSON text, or as the objects that the text stands for
 * @returns undefined if there is no filter
 * @throws {MappingSettingsError} naming the filter, the field and the remedy, for criteria that AWS would refuse
 * @example
 * const wanted = compileFilter({ Filters: [{ Pattern: '{"data":{"price":[{"numeric":[">",100]}]}}' }] }, 'kinesis');
 */
export function compileFilter(
  criteria: FilterCriteria | undefined,
  source: Source,
): RecordFilter | undefined {
  const filters: unknown = criteria?.Filters ?? [];
  if (!Array.isArray(filters)) {
    throw new MappingSettingsError('FilterCriteria.Filters is no list: give a list of {"Pattern": "…"}');
  }
  if (filters.length === 0) return undefined;
  if (filters.length > MOST_FILTERS) {
    throw new MappingSettingsError(
      `FilterCriteria.Filters has ${filters.length} filters: AWS allows 5, and up to ${MOST_FILTERS} by a quota ` +
        'increase; join patterns with lists of values or $or',
    );
  }
  const patterns = filters.map((filter: unknown, index) =>
    compileFilterPattern(filter, `FilterCriteria.Filters[${index}].Pattern`, source),
  );
  return (record) => {
    const document = recordDocument(record, source);
    return patterns.some(
      ({ pattern, readsData }) => (document.dataIsJson || !readsData) && matches(pattern, document.root),
    );
  };
}

interface FilterPattern {
  readonly pattern: ObjectPattern;
  /** Whether it has to do with what the record carries, and not just with what is known of it. */
  readonly readsData: boolean;
}

function compileFilterPattern(filter: unknown, where: string, source: Source): FilterPattern {
  const node = parsePattern(filter, where);
  const data = DATA_FIELD[source];
  refuseDataLeaf(node, data, where);
  const pattern = compilePattern(node, where);
  return { pattern, readsData: reads(pattern, data) };
}

function parsePattern(filter: unknown, where: string): JsonObject {
  const given: unknown =
    typeof filter === 'object' && filter !== null && 'Pattern' in filter ? filter.Pattern : undefined;
  const text = typeof given === 'string' ? given : given === undefined ? '' : JSON.stringify(given);
  if (text === '') {
    throw new MappingSettingsError(
      `${where} is missing: give a JSON object such as {"data":{"type":["order"]}}`,
    );
  }
  if (text.length > LONGEST_PATTERN) {
    throw new MappingSettingsError(
      `${where} has ${text.length} characters: AWS allows ${LONGEST_PATTERN}; split it into several filters`,
    );
  }
  const node = parseJson(text);
  if (node?.kind === 'object') return node;
  const what = node === undefined ? 'no JSON' : 'JSON, but no object';
  throw new MappingSettingsError(`${where} is ${excerpt(text)}, ${what}: give a JSON object`);
}

/** AWS: "The filter pattern for data properties must be in a valid JSON format", an object and not texts to compare. */
function refuseDataLeaf(pattern: JsonObject, data: string, where: string): void {
  for (const [name, value] of pattern.members) {
    if (name === '$or' && value.kind === 'list') {
      for (const branch of value.items) if (branch.kind === 'object') refuseDataLeaf(branch, data, where);
    }
    if (name !== data || value.kind === 'object') continue;
    throw new MappingSettingsError(
      `${where} has a ${data} that is no object: records of a stream are filtered as JSON only; name the fields, ` +
        `{"${data}":{"type":["order"]}}`,
    );
  }
}

function reads({ fields, alternatives }: ObjectPattern, name: string): boolean {
  return fields.has(name) || alternatives.some((branches) => branches.some((branch) => reads(branch, name)));
}

function excerpt(text: string): string {
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
