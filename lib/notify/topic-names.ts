import { topicsOf } from '../dispatch/match.ts';
import type { Severity } from '../pipeline/alert-definition.ts';
import type { Alert, Route } from '../pipeline/pipeline.ts';
import { isGreater } from '../pipeline/severity.ts';
import type { NoticeMessage } from './message.ts';

/**
 * Names of the topics that a message goes to, by the labels of its group. That something is over is told wherever it may have been
 * told of at a lesser severity before it escalated: nobody is left with it.
 */
export function topicNames(
  routes: readonly Route[],
  message: NoticeMessage,
  rule: Alert | undefined,
): string[] {
  const { alert, labels, group } = message;
  const names = severitiesOf(message, rule).flatMap((severity) =>
    topicsOf(routes, { ...labels, ...group, alert, severity }),
  );
  return [...new Set(names)];
}

function severitiesOf(
  { kind, counts, severity }: NoticeMessage,
  rule: Alert | undefined,
): readonly Severity[] {
  const isOver = kind === 'resolved' || counts.resolved > 0;
  if (!isOver || rule === undefined) return [severity];
  const lesser = rule.levels.map((level) => level.severity).filter((one) => isGreater(severity, one));
  return [...lesser, severity];
}
