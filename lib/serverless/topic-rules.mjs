import { nearest } from './nearest.mjs';

// What no route takes goes there.
const DEFAULT_TOPIC = 'alerts';
// As pipeline.ts takes it.
const NAME = /^[A-Za-z][A-Za-z0-9]{0,63}$/;

/**
 * Why the routes of a pipeline and the topics of a stack do not fit: one sentence for each name that is none, for each topic
 * that is none, and for each topic that a route names and the stack does not have.
 *
 * @param {readonly { readonly topic: string }[]} routes of pipeline.ts
 * @param {unknown} topics `custom.alertTopics`: ARNs, or references to topics, by name
 * @returns {string[]} nothing, if all is well
 * @example
 * faultsOfTopics([{ topic: 'pagers' }], { alerts: { Ref: 'AlertsTopic' } })[0]; // "a route of pipeline.ts names topic 'pagers', …"
 */
export function faultsOfTopics(routes, topics) {
  if (typeof topics !== 'object' || topics === null || !Object.hasOwn(topics, DEFAULT_TOPIC)) {
    return [
      `custom.alertTopics has no '${DEFAULT_TOPIC}', where messages go that no route takes; add ${DEFAULT_TOPIC}: !Ref AlertsTopic`,
    ];
  }
  const names = Object.keys(topics);
  const named = new Set(routes.map(({ topic }) => topic));
  return [
    ...Object.entries(topics).flatMap(([name, topic]) => faultsOf(name, topic)),
    ...[...named]
      .filter((name) => !names.includes(name))
      .map(
        (name) =>
          `a route of pipeline.ts names topic '${name}', and custom.alertTopics has ${names.join(', ')}: the nearest is '${nearest(name, names)}'. Add it there, or mend the route.`,
      ),
  ];
}

/** @type {(name: string, topic: unknown) => string[]} */
function faultsOf(name, topic) {
  const field = `custom.alertTopics.${name}`;
  if (!NAME.test(name))
    return [
      `${field} is no name that a route may give; begin with a letter and use up to 64 letters and digits`,
    ];
  const isTopic =
    typeof topic === 'string' ? topic.startsWith('arn:') : typeof topic === 'object' && topic !== null;
  return isTopic
    ? []
    : [`${field} is ${JSON.stringify(topic)}; write the ARN of an SNS topic, or !Ref and the id of one`];
}
