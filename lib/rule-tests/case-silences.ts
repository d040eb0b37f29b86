import { matching } from '../dispatch/match.ts';
import { readMatcher } from '../dispatch/matcher-text.ts';
import type { Matcher, Silence } from '../dispatch/silence.ts';
import { checkKnown, checkObject, checkTexts } from '../pipeline/check.ts';
import { PipelineError } from '../pipeline/errors.ts';
import { alertLabels } from '../pipeline/label-names.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import type { CaseSilence } from './cases.ts';
import { CaseError, checkList } from './errors.ts';
import type { Moments } from './moment.ts';

/** The silences of a case, checked. @throws {CaseError | PipelineError} naming what cannot be meant */
export function readSilences(
  silences: readonly CaseSilence[],
  pipeline: Pipeline,
  moments: Moments,
): Silence[] {
  checkList('silences', silences, "write [{ match: ['origin=ORD'], from: '+0m', to: '+2h' }]");
  return silences.map((silence, i) => readSilence(`silences[${i}]`, silence, pipeline, moments));
}

function readSilence(field: string, silence: CaseSilence, pipeline: Pipeline, moments: Moments): Silence {
  checkObject(field, silence, "write { match: ['origin=ORD'], from: '+0m', to: '+2h' }");
  checkKnown(field, silence, ['match', 'from', 'to']);
  const { match, from, to } = silence;
  checkTexts(`${field}.match`, match, "write match: ['origin=ORD']");
  const matchers = match.map((text, i) => readCaseMatcher(`${field}.match[${i}]`, text, pipeline));
  const [start, end] = [moments.read(`${field}.from`, from), moments.read(`${field}.to`, to)];
  if (end <= start) throw new CaseError(field, `goes from ${from} to ${to}, which is not later`, 'swap them');
  return { id: field, matchers, start, end, author: 'case', comment: '', created: start };
}

function readCaseMatcher(field: string, text: string, pipeline: Pipeline): Matcher {
  const matcher = readMatcher(text);
  if (matcher === undefined)
    throw new CaseError(field, `is '${text}', which is no matcher`, "write 'origin=ORD'");
  const known = alertLabels(pipeline.alerts);
  if (!known.includes(matcher.label)) {
    throw new CaseError(
      field,
      `names '${matcher.label}', which no alert has`,
      `take one of ${known.join(', ')}`,
    );
  }
  try {
    matching([matcher]);
  } catch (error) {
    if (error instanceof PipelineError)
      throw new CaseError(field, error.problem, error.remedy, { cause: error });
    throw error;
  }
  return matcher;
}
