import { DEFAULT_TOPIC } from '../dispatch/match.ts';

/** A topic that a route names and the stack does not have, or topics that are not written as they should be. */
export class TopicError extends Error {
  override readonly name = 'TopicError';
}

/** ARNs of topics. */
export interface Topics {
  /** Of the default topic. */
  readonly fallback: string;
  /** By the names that routes give them; the default one among them. */
  readonly byName: ReadonlyMap<string, string>;
}

/**
 * The topics that messages may go to, from the environment: `ALERT_TOPICS`, or if that is not set `ALERTS_TOPIC_ARN` as the default
 * topic.
 *
 * @throws {TopicError} if there is no default topic, or a pair is none
 * @example readTopics({ ALERT_TOPICS: 'alerts=arn:aws:sns:…:alerts,pages=arn:aws:sns:…:pages' })
 */
export function readTopics(env: Readonly<Record<string, string | undefined>>): Topics {
  const { ALERT_TOPICS: pairs = '', ALERTS_TOPIC_ARN: own = '' } = env;
  const byName = new Map(own === '' ? [] : [[DEFAULT_TOPIC, own]]);
  for (const pair of pairs.split(',').filter(Boolean)) {
    const [name = '', arn = '', ...rest] = pair.split('=').map((side) => side.trim());
    if (name === '' || !arn.startsWith('arn:') || rest.length > 0) {
      throw new TopicError(
        `ALERT_TOPICS has '${pair}', which is no topic; write name=arn, with commas between topics`,
      );
    }
    byName.set(name, arn);
  }
  const fallback = byName.get(DEFAULT_TOPIC);
  if (fallback !== undefined) return { fallback, byName };
  throw new TopicError(
    `there is no topic '${DEFAULT_TOPIC}' for messages that no route takes; serverless.yml sets ALERT_TOPICS to ${DEFAULT_TOPIC}=arn and the others`,
  );
}

/**
 * ARNs of topics by name, each once. A message to one that there is not goes to the default topic, rather than to nobody.
 *
 * @param onMissing told of each that there is not
 */
export function topicArns(
  { fallback, byName }: Topics,
  names: readonly string[],
  onMissing: (error: TopicError) => void,
): string[] {
  const arns = new Set<string>();
  for (const name of names) {
    const arn = byName.get(name);
    if (arn === undefined) onMissing(missing(byName, name));
    arns.add(arn ?? fallback);
  }
  return [...arns];
}

function missing(byName: Topics['byName'], name: string): TopicError {
  const known = [...byName.keys()].join(', ');
  return new TopicError(
    `a route names the topic '${name}', and the stack has ${known}; its messages go to '${DEFAULT_TOPIC}': add it to custom.alertTopics in serverless.yml, or take one of these`,
  );
}
