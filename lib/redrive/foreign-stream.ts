import { kept, type Outcome } from './outcome.ts';

/**
 * Keeps records that are not of the stage's own event stream: its tables would hold what another stage counted.
 *
 * @param eventStream the stage's stream: its ARN, or its name if no more is known
 * @returns nothing if the records are the stage's
 */
export function keepForeign(eventStream: string, streamArn: string): Outcome | undefined {
  if (streamArn === eventStream) return undefined;
  const name = nameOf(streamArn);
  const own = nameOf(eventStream);
  if (name !== own)
    return kept(`the records are of stream ${name}, and this stage's is ${own}; run with that --stage`);
  if (own === eventStream) return undefined;
  return kept(
    `the records are of stream ${streamArn}, and this stage's is ${eventStream}; run with that --region and account`,
  );
}

/** @example nameOf('arn:aws:kinesis:us-east-1:000000000000:stream/weir-dev-events') // 'weir-dev-events' */
function nameOf(stream: string): string {
  return /^arn:[^:]*:kinesis:[^:]*:[^:]*:stream\/(.+)$/.exec(stream)?.[1] ?? stream;
}
