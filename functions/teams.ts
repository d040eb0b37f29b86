import type { Context } from 'aws-lambda';
import { addressIn } from '../lib/adapters/address.ts';
import { teams } from '../lib/adapters/teams.ts';
import { forward } from '../lib/handle/forward.ts';

// Made once per execution environment.
const adapt = teams(addressIn(process.env, 'TEAMS_WEBHOOK'));

/** Posts messages of alerts to a channel of Microsoft Teams. */
export async function handler(event: unknown, context: Context): Promise<void> {
  await forward(adapt, event, context);
}
