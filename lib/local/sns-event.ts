import { isRecord } from './stack/template.ts';

/**
 * The event with which SNS invokes a function, made of the message that it sends to a queue.
 *
 * @param body of the queue's message: https://docs.aws.amazon.com/sns/latest/dg/sns-sqs-as-subscriber.html
 * @returns as in https://docs.aws.amazon.com/lambda/latest/dg/with-sns.html
 * @throws {SyntaxError} if the body is no JSON
 */
export function snsEvent(body: string, subscriptionArn: string): Record<string, unknown> {
  const parsed: unknown = JSON.parse(body);
  const {
    SigningCertURL,
    UnsubscribeURL,
    MessageAttributes = {},
    Message,
    ...rest
  } = isRecord(parsed) ? parsed : {};
  const Sns = {
    Subject: null,
    ...rest,
    Message: forLambda(Message),
    SigningCertUrl: SigningCertURL,
    UnsubscribeUrl: UnsubscribeURL,
    MessageAttributes,
  };
  return {
    Records: [{ EventSource: 'aws:sns', EventVersion: '1.0', EventSubscriptionArn: subscriptionArn, Sns }],
  };
}

/** SNS gives each protocol the text that is for it; the embedded one hands on the texts for all. */
function forLambda(message: unknown): unknown {
  if (typeof message !== 'string' || !message.startsWith('{')) return message;
  try {
    const texts: unknown = JSON.parse(message);
    if (isRecord(texts) && typeof texts.default === 'string') return texts.lambda ?? texts.default;
  } catch {
    // No JSON, so no texts for protocols.
  }
  return message;
}
