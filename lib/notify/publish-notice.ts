import { setTimeout } from 'node:timers/promises';
import type { PublishCommandInput } from '@aws-sdk/client-sns';
import type { PaneReader } from '../alerts/port.ts';
import type { Notice } from '../dispatch/notice.ts';
import { alertNamed, type Alert, type Pipeline } from '../pipeline/pipeline.ts';
import { buildMessage } from './build-message.ts';
import { readLastValues } from './last-values.ts';
import type { NoticeMessage } from './message.ts';
import { requestOf, requestTo } from './request.ts';
import { topicNames } from './topic-names.ts';
import { topicArns, type Topics } from './topics.ts';

/** What publishing works with. */
export interface PublishContext {
  readonly pipeline: Pipeline;
  readonly topics: Topics;
  /** The HTTP API's, for links to it. */
  readonly apiUrl: string | undefined;
  /** What tells the stage from others, for commands in e-mails: `--stage prod`; nothing unless given. */
  readonly stageOptions?: string | undefined;
  /** For the last values that an e-mail shows. */
  readonly panes: Pick<PaneReader, 'readRange'>;
  /** Publishes; rejects if it was not taken. */
  readonly send: (request: PublishCommandInput) => Promise<void>;
  /** Told of what went wrong and does not keep a message from going out. */
  readonly onError: (error: unknown) => void;
}

// A picture is not worth more of an invocation.
const MOST_READING = 2_000;

/**
 * Puts a notice into words and publishes it to the topics that its rule's routes name.
 *
 * @throws what `send` throws; the message may be at some of the topics then, and has the same id when it comes again
 */
export async function publishNotice(context: PublishContext, notice: Notice): Promise<NoticeMessage> {
  const { pipeline, topics, apiUrl, stageOptions, send, onError } = context;
  const rule = alertNamed(pipeline, notice.alert);
  const message = buildMessage(notice, rule, apiUrl);
  const request = requestOf(message, rule && (await lastValues(context, rule, notice)), stageOptions);
  for (const arn of topicArns(topics, topicNames(pipeline.routes, message, rule), onError)) {
    await send(requestTo(arn, message, request));
  }
  return message;
}

/** What an e-mail shows of the first alert; `undefined` if it cannot be read, or not soon. */
async function lastValues(
  { panes, onError }: PublishContext,
  rule: Alert,
  { kind, at, members: [first] }: Notice,
): Promise<(number | null)[] | undefined> {
  if (first === undefined) return undefined;
  const { key, at: changed } = first.state;
  // What goes on has had windows since.
  const until = kind === 'renotified' ? Math.max(changed, at - rule.delay) : changed;
  const timeout = new AbortController();
  try {
    return await Promise.race([
      readLastValues(panes, rule, { key, at: until }),
      setTimeout(MOST_READING, undefined, { signal: timeout.signal }),
    ]);
  } catch (error) {
    onError(error);
    return undefined;
  } finally {
    timeout.abort();
  }
}
