import { streamName } from '../decode/stream-name.ts';
import { kept, type Outcome } from './outcome.ts';

/**
 * Keeps records that are not of the stage's own event streams: its tables would hold what another stage counted.
 *
 * @param eventStreams the stage's streams: their ARNs, or their names if no more is known
 * @returns nothing if the records are the stage's
 */
export function keepForeign(eventStreams: readonly string[], streamArn: string): Outcome | undefined {
  if (eventStreams.includes(streamArn)) return undefined;
  const name = nameOf(streamArn);
  const own = eventStreams.find((stream) => nameOf(stream) === name);
  if (own === name) return undefined;
  if (own !== undefined) {
    return kept(
      `the records are of stream ${streamArn}, and this stage's is ${own}; run with that --region and account`,
    );
  }
  const names = eventStreams.map(nameOf);
  const all = names.length === 1 ? `this stage's is ${names.join()}` : `this stage's are ${names.join(', ')}`;
  return kept(`the records are of stream ${name}, and ${all}; run with that --stage`);
}

function nameOf(stream: string): string {
  return streamName(stream) ?? stream;
}
