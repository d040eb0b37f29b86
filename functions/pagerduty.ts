import type { Context } from 'aws-lambda';
import { pagerDuty, PAGERDUTY_URLS } from '../lib/adapters/pagerduty.ts';
import { setting } from '../lib/handle/env.ts';
import { forward } from '../lib/handle/forward.ts';

// Made once per execution environment.
const region = setting(process.env, 'PAGERDUTY_REGION') === 'eu' ? 'eu' : 'us';
const adapt = pagerDuty(setting(process.env, 'PAGERDUTY_KEY').trim(), PAGERDUTY_URLS[region]);

/** Opens and closes incidents of PagerDuty by messages of alerts. */
export async function handler(event: unknown, context: Context): Promise<void> {
  await forward(adapt, event, context);
}
