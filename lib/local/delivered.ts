import type { MessageAlert, NoticeMessage } from '../notify/message.ts';

/**
 * Reads a message as SNS delivers it to a queue: https://docs.aws.amazon.com/sns/latest/dg/sns-sqs-as-subscriber.html
 *
 * @throws {SyntaxError} if it is none
 */
export function readDelivered(body: string): NoticeMessage {
  const { Message: text } = JSON.parse(body) as { readonly Message: string };
  const message = JSON.parse(text) as NoticeMessage | { readonly default: string };
  // SNS gives a queue the text that is for it; the embedded one hands on the texts for all protocols.
  return 'default' in message ? (JSON.parse(message.default) as NoticeMessage) : message;
}

/** An alert that began to fire or resolved, as operators are told. */
export interface ToldAlert extends MessageAlert {
  readonly alert: string;
}

/** The alerts that a message says began to fire or resolved. */
export function toldAlerts({ alert, alerts }: NoticeMessage): ToldAlert[] {
  return alerts
    .filter(({ news }) => news === 'firing' || news === 'resolved')
    .map((listed) => ({ ...listed, alert }));
}
