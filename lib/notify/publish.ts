import { PublishCommand, type SNSClient } from '@aws-sdk/client-sns';
import { subjectOf, type AlertMessage } from './message.ts';

/** Publishes a message to the topic, with the attributes that subscription filter policies choose by. */
export async function publishAlert(
  client: SNSClient,
  topicArn: string,
  message: AlertMessage,
): Promise<void> {
  const text = (value: string): { DataType: 'String'; StringValue: string } => ({
    DataType: 'String',
    StringValue: value,
  });
  await client.send(
    new PublishCommand({
      TopicArn: topicArn,
      Subject: subjectOf(message),
      Message: JSON.stringify(message),
      MessageAttributes: {
        alert: text(message.alert),
        state: text(message.state),
        severity: text(message.severity),
      },
    }),
  );
}
