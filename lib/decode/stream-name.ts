const KINESIS_STREAM = /^arn:[^:]*:kinesis:[^:]*:[^:]*:stream\/([^/]+)/;

/**
 * Name of a Kinesis stream.
 *
 * @param source ARN of the stream
 * @returns `undefined` if it is no such ARN
 * @example streamName('arn:aws:kinesis:us-east-1:000000000000:stream/weir-dev-events') // 'weir-dev-events'
 */
export function streamName(source: string): string | undefined {
  return KINESIS_STREAM.exec(source)?.[1];
}
