/** The parts of a function's ARN that its environment is told. */
export interface FunctionIdentity {
  readonly functionName: string;
  readonly region: string;
}

/**
 * @param arn `arn:aws:lambda:us-east-1:000000000000:function:weir-dev-aggregate`
 * @throws {TypeError} if it is no function's
 */
export function identityOf(arn: string): FunctionIdentity {
  const [, , service, region, , kind, functionName] = arn.split(':');
  if (service !== 'lambda' || !region || kind !== 'function' || !functionName) {
    throw new TypeError(
      `"${arn}" must be the ARN of a function, arn:aws:lambda:region:account:function:name`,
    );
  }
  return { functionName, region };
}

/**
 * The name of an environment's log stream, as Lambda makes it: the day (UTC) on which it began, the version and 32 hex digits.
 *
 * @param random numbers from 0 up to 1
 * @example logStreamName(new Date('2024-03-01T12:00:00Z'), Math.random) // '2024/03/01/[$LATEST]5f2c…'
 */
export function logStreamName(now: Date, random: () => number): string {
  return `${now.toISOString().slice(0, 10).replaceAll('-', '/')}/[$LATEST]${hex(32, random)}`;
}

/**
 * The tracing header of an invocation that begins a trace.
 *
 * @see https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html#xray-concepts-tracingheader
 * @param random numbers from 0 up to 1
 * @example traceHeader(new Date(), Math.random, true) // 'Root=1-65e1c7c0-…;Parent=53995c3f42cd8ad8;Sampled=1'
 */
export function traceHeader(now: Date, random: () => number, isSampled: boolean): string {
  const seconds = Math.floor(now.getTime() / 1000)
    .toString(16)
    .padStart(8, '0');
  const root = `1-${seconds}-${hex(24, random)}`;
  return `Root=${root};Parent=${hex(16, random)};Sampled=${isSampled ? 1 : 0}`;
}

function hex(digits: number, random: () => number): string {
  return Array.from({ length: digits }, () => Math.floor(random() * 16).toString(16)).join('');
}
