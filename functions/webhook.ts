import type { Context } from 'aws-lambda';
import { addressIn } from '../lib/adapters/address.ts';
import { alertmanagerWebhook } from '../lib/adapters/alertmanager-webhook.ts';
import { forward } from '../lib/handle/forward.ts';

// Made once per execution environment.
const adapt = alertmanagerWebhook(addressIn(process.env, 'ALERT_WEBHOOK'));

/** Posts messages of alerts to what takes Alertmanager's webhooks. */
export async function handler(event: unknown, context: Context): Promise<void> {
  await forward(adapt, event, context);
}
