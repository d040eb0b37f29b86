import type { Context } from 'aws-lambda';
import { addressIn } from '../lib/adapters/address.ts';
import { slack } from '../lib/adapters/slack.ts';
import { forward } from '../lib/handle/forward.ts';

// Made once per execution environment.
const adapt = slack(addressIn(process.env, 'SLACK_WEBHOOK'));

/** Posts messages of alerts to a channel of Slack. */
export async function handler(event: unknown, context: Context): Promise<void> {
  await forward(adapt, event, context);
}
