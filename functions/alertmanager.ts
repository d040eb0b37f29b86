import type { Context } from 'aws-lambda';
import { addressIn } from '../lib/adapters/address.ts';
import { alertmanager } from '../lib/adapters/alertmanager.ts';
import { forward } from '../lib/handle/forward.ts';

// Made once per execution environment.
const adapt = alertmanager(addressIn(process.env, 'ALERTMANAGER_URL'), Date.now);

/** Tells Alertmanager of alerts, as Prometheus does. */
export async function handler(event: unknown, context: Context): Promise<void> {
  await forward(adapt, event, context);
}
