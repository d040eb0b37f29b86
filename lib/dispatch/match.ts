import { PipelineError } from '../pipeline/errors.ts';
import type { Route } from '../pipeline/pipeline.ts';
import type { Labels } from './labels.ts';
import type { Matcher } from './silence.ts';

/** Where messages go that no route takes. */
export const DEFAULT_TOPIC = 'alerts';

/**
 * Makes a test of labels by matchers, all of which have to hold. A label that is not there is empty.
 *
 * @throws {PipelineError} if a pattern is no regular expression
 * @example const matches = matching([{ label: 'origin', operator: '=~', value: 'A.*' }]);
 * matches({ alert: 'congested', origin: 'ATL' }) // true
 */
export function matching(matchers: readonly Matcher[]): (labels: Labels) => boolean {
  const tests = matchers.map(testOf);
  return (labels) => tests.every((test) => test(labels));
}

function testOf({ label, operator, value }: Matcher): (labels: Labels) => boolean {
  switch (operator) {
    case '=':
      return (labels) => valueOf(labels, label) === value;
    case '!=':
      return (labels) => valueOf(labels, label) !== value;
    case '=~':
    case '!~': {
      const pattern = wholePattern(label, value);
      return (labels) => pattern.test(valueOf(labels, label)) === (operator === '=~');
    }
  }
}

function valueOf(labels: Labels, label: string): string {
  return Object.hasOwn(labels, label) ? (labels[label] ?? '') : '';
}

function wholePattern(label: string, value: string): RegExp {
  try {
    // By itself first: a pattern such as 'a)(b' would be one only within the anchors' parentheses.
    new RegExp(value, 'u');
    return new RegExp(`^(?:${value})$`, 'su');
  } catch {
    throw new PipelineError(
      `matchers.${label}`,
      `has ${JSON.stringify(value)}, which is no regular expression`,
      "write one such as 'A.*|ORD', with a backslash before a character that is meant as it stands",
    );
  }
}

/**
 * The topics that messages about an alert with these labels go to: that of the first route that matches, and of those after it as
 * long as they say `also`; each once.
 *
 * @example topicsOf([{ match: { severity: ['critical'] }, topic: 'pages', also: false }], labels) // ['pages']
 */
export function topicsOf(routes: readonly Route[], labels: Labels): string[] {
  const topics = new Set<string>();
  for (const { match, topic, also } of routes) {
    const matches = Object.entries(match).every(([label, values]) => values.includes(valueOf(labels, label)));
    if (!matches) continue;
    topics.add(topic);
    if (!also) return [...topics];
  }
  return topics.size === 0 ? [DEFAULT_TOPIC] : [...topics];
}
