import { createHash } from 'node:crypto';
import type { PublishCommandInput } from '@aws-sdk/client-sns';
import { attributesOf } from './attributes.ts';
import { withAlerts } from './build-message.ts';
import { emailOf } from './email.ts';
import type { NoticeMessage } from './message.ts';
import { smsOf } from './sms.ts';
import { subjectOf } from './subject.ts';

// SNS takes 262,144 bytes, what its own fields come to among them:
// https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
const MOST_BYTES = 256_000;
// https://docs.aws.amazon.com/sns/latest/dg/fifo-message-grouping.html
const MOST_GROUP_ID = 128;

/** What is published of a message to a topic, but for its name. */
export type MessageRequest = Omit<PublishCommandInput, 'TopicArn'>;

/**
 * What is published of a message: the JSON, and texts in its place for e-mail and SMS. What does not fit is left out of `alerts`,
 * the last first, and then out of `value`.
 *
 * @param lastValues the rule's `value` over the last windows of the first alert, `null` where there is none
 * @param stageOptions for commands in the e-mail, such as `--stage prod`
 */
export function requestOf(
  message: NoticeMessage,
  lastValues?: readonly (number | null)[],
  stageOptions?: string,
): MessageRequest {
  const shared = {
    MessageStructure: 'json',
    Subject: subjectOf(message),
    MessageAttributes: attributesOf(message),
  };
  const room = MOST_BYTES - bytes(JSON.stringify(shared));
  const texts = { email: emailOf(message, lastValues, stageOptions), sms: smsOf(message) };
  const whole = (fitted: NoticeMessage): string =>
    JSON.stringify({ default: JSON.stringify(fitted), ...texts });
  return { ...shared, Message: whole(fit(message, (fitted) => bytes(whole(fitted)) <= room)) };
}

/** The request to publish to a topic. Each message has a deduplication id of its own, and those of a group come in order. */
export function requestTo(arn: string, message: NoticeMessage, request: MessageRequest): PublishCommandInput {
  // Standard topics refuse a deduplication id.
  if (!arn.endsWith('.fifo')) return { ...request, TopicArn: arn };
  return {
    ...request,
    TopicArn: arn,
    MessageGroupId: groupId(message.id.replace(/\|\d+$/, '')),
    MessageDeduplicationId: sha256(message.id),
  };
}

function fit(message: NoticeMessage, fits: (message: NoticeMessage) => boolean): NoticeMessage {
  let fitted = message;
  while (!fits(fitted) && fitted.alerts.length > 1) {
    fitted = withAlerts(fitted, fitted.alerts.length - Math.ceil(fitted.alerts.length / 8));
  }
  return fits(fitted) ? fitted : withoutValues(fitted);
}

function withoutValues(message: NoticeMessage): NoticeMessage {
  return {
    ...message,
    alerts: message.alerts.map((alert) => ({ ...alert, value: {} })),
    ...(message.value === undefined ? {} : { value: {} }),
  };
}

function bytes(text: string): number {
  return Buffer.byteLength(text);
}

// Letters, digits and punctuation: what is not has to be hashed.
function groupId(group: string): string {
  return group.length <= MOST_GROUP_ID && /^[\x21-\x7e]+$/.test(group) ? group : sha256(group);
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
