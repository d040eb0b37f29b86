import { readMatcher, matcherWords } from '../dispatch/matcher-text.ts';
import { matching } from '../dispatch/match.ts';
import type { Matcher } from '../dispatch/silence.ts';
import { PipelineError } from '../pipeline/errors.ts';
import type { Alert, Pipeline } from '../pipeline/pipeline.ts';
import { asObject, checkFields } from './body.ts';
import { QueryError } from './problem.ts';

const OPERATORS: readonly Matcher['operator'][] = ['=', '!=', '=~', '!~'];
const MOST_MATCHERS = 20;
// A pattern is tried on every alert that is told of.
const MOST_VALUE = 250;

/**
 * Reads the matchers of a silence, each as an object or as people write it.
 *
 * @throws {QueryError} if there are none or too many, one is not well made, or all together match no alert that can ever be
 */
export function readMatchers(pipeline: Pipeline, given: unknown): Matcher[] {
  if (!Array.isArray(given) || given.length === 0) {
    throw new QueryError(
      400,
      "the silence has no 'matchers'; give at least one, such as 'alert=congested' or 'origin=~A.*'",
    );
  }
  if (given.length > MOST_MATCHERS)
    throw new QueryError(400, `the silence has more than ${MOST_MATCHERS} matchers; make several of it`);
  const matchers = given.map((one: unknown, i) => readOne(`matchers[${i}]`, one));
  checkLabels(pipeline, matchers);
  checkCanMatch(pipeline, matchers);
  return matchers;
}

function readOne(what: string, given: unknown): Matcher {
  const matcher = typeof given === 'string' ? fromText(what, given) : fromObject(what, given);
  if (matcher.value.length > MOST_VALUE)
    throw new QueryError(400, `${what} has a value of more than ${MOST_VALUE} characters`);
  checkPattern(matcher);
  return matcher;
}

function fromText(what: string, text: string): Matcher {
  const matcher = readMatcher(text);
  if (matcher !== undefined) return matcher;
  throw new QueryError(
    400,
    `${what} is '${text.slice(0, MOST_VALUE)}', which is no matcher; write a label, one of ${OPERATORS.join(' ')} and a value, such as 'origin=ATL'`,
  );
}

function fromObject(what: string, given: unknown): Matcher {
  const object = asObject(what, given);
  checkFields(what, object, ['label', 'operator', 'value']);
  const { label, operator = '=', value } = object;
  if (typeof label !== 'string' || typeof value !== 'string')
    throw new QueryError(400, `${what} needs a 'label' and a 'value', both texts`);
  if (!OPERATORS.includes(operator as Matcher['operator']))
    throw new QueryError(400, `${what} has an unknown 'operator'; take one of ${OPERATORS.join(' ')}`);
  return { label, operator: operator as Matcher['operator'], value };
}

function checkPattern(matcher: Matcher): void {
  try {
    matching([matcher]);
  } catch (error) {
    if (!(error instanceof PipelineError)) throw error;
    throw new QueryError(400, `the matcher of '${matcher.label}' ${error.problem}; ${error.remedy}`);
  }
}

function checkLabels({ alerts }: Pipeline, matchers: readonly Matcher[]): void {
  const known = new Set(alerts.flatMap(labelNames));
  const unknown = matchers.find(({ label }) => !known.has(label));
  if (unknown === undefined) return;
  const list = known.size === 0 ? 'there are no alerts' : `known are ${[...known].join(', ')}`;
  throw new QueryError(400, `no alert of the pipeline has a label '${unknown.label}'; ${list}`);
}

function labelNames({ labels, aggregate }: Alert): string[] {
  return ['alert', 'severity', ...aggregate.dimensions, ...Object.keys(labels)];
}

/** Only the values of dimensions are not known beforehand. */
function checkCanMatch({ alerts }: Pipeline, matchers: readonly Matcher[]): void {
  const isPossible = alerts.some(({ name, labels, levels, aggregate }) => {
    const matches = matching(matchers.filter(({ label }) => !aggregate.dimensions.includes(label)));
    return levels.some(({ severity }) => matches({ ...labels, alert: name, severity }));
  });
  if (isPossible) return;
  const names = alerts.map(({ name }) => name).join(', ');
  throw new QueryError(
    400,
    `no alert of the pipeline can match ${matchers.map(matcherWords).join(' ')}; its alerts are ${names}`,
  );
}
