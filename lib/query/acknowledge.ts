import { isFiring, type AlertState } from '../alerts/state.ts';
import type { Acknowledgement } from '../dispatch/acknowledgement.ts';
import { keyRecord, keyText } from '../fold/key.ts';
import { keyWords } from '../notify/describe-value.ts';
import type { Alert } from '../pipeline/pipeline.ts';
import { isoTime } from '../time/event-time.ts';
import { findAlert, type AlertContext } from './alert-context.ts';
import { asObject, checkFields, readAuthor, readText, type Body } from './body.ts';
import { QueryError } from './problem.ts';

/** An acknowledgement as the API gives it. Times are ISO 8601 UTC. */
export interface AcknowledgementListing {
  readonly alert: string;
  readonly key: Readonly<Record<string, string>>;
  /** When the alert began to fire: it is acknowledged until it resolves. */
  readonly since: string;
  readonly author: string;
  readonly comment: string;
  readonly at: string;
}

/**
 * Notes that somebody takes care of an alert that is firing: `key` by the dimensions' names, `author`, `comment`. Acknowledging it
 * again changes nothing, whoever does.
 *
 * @param name the alert's
 * @param caller the ARN that the request was signed by, if it was
 * @throws {QueryError} if there is no such alert, it is not firing, or a field makes no sense
 */
export async function acknowledge(
  { pipeline, alerts, acknowledgements, history, now }: AlertContext,
  name: string,
  body: Body,
  caller?: string,
): Promise<AcknowledgementListing> {
  const alert = findAlert(pipeline, name, 404);
  checkFields('the acknowledgement', body, ['key', 'author', 'comment']);
  const key = readKey(alert, body.key);
  const said = { author: readAuthor(body, caller), comment: readText(body, 'comment') };
  const state = (await alerts.read(name, key))?.state;
  if (state === undefined || !isFiring(state)) throw notFiring(alert, key, state);
  const { since } = state;
  const standing = await acknowledgements.read(name, key);
  const stands = standing?.since === since;
  const acknowledgement = stands ? standing : { alert: name, key, since, ...said, at: now() };
  if (!stands) await acknowledgements.put(acknowledgement);
  // Also of one that stands: whoever made it may have come no further.
  await history.add([{ type: 'acknowledged', at: acknowledgement.at, by: acknowledgement }]);
  return describe(alert, acknowledgement);
}

function readKey({ name, aggregate }: Alert, given: unknown): string {
  const { dimensions } = aggregate;
  const key = asObject("the field 'key'", given ?? {});
  checkFields("the field 'key'", key, dimensions);
  const values = dimensions.map((dimension) => {
    const value = key[dimension];
    if (typeof value === 'string') return value;
    throw new QueryError(
      400,
      `the key has no text for '${dimension}'; ${name} has one alert for each ${dimensions.join(' and ')}`,
    );
  });
  return keyText(values);
}

function notFiring({ name, aggregate }: Alert, key: string, state: AlertState | undefined): QueryError {
  const words = [name, keyWords(keyRecord(aggregate, key))].filter((word) => word !== '').join(' ');
  const what = state === undefined ? 'has never fired' : `is ${state.status} since ${isoTime(state.at)}`;
  return new QueryError(409, `${words} ${what}; only an alert that is firing can be acknowledged`);
}

function describe(
  { aggregate }: Alert,
  { alert, key, since, author, comment, at }: Acknowledgement,
): AcknowledgementListing {
  return {
    alert,
    key: keyRecord(aggregate, key),
    since: isoTime(since),
    author,
    comment,
    at: isoTime(at),
  };
}
