import { decodeText } from './json.ts';

// What a subscription filter sends, as JSON in gzip:
// https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/logs/SubscriptionFilters.html
interface Subscription {
  readonly messageType: string;
  readonly owner?: unknown;
  readonly logGroup: string;
  readonly logStream: string;
  readonly logEvents: readonly LogEvent[];
}

interface LogEvent extends Readonly<Record<string, unknown>> {
  readonly message: string;
}

/**
 * The log events of what a CloudWatch Logs subscription sends. Each is an event, whatever its message is: the log event as
 * it stands, with the owner, group and stream that it came from, and with its message read if that is a JSON object.
 *
 * @param value what was read from gzip
 * @returns the JSON of each event; `control` for a control message, by which CloudWatch sees whether it reaches the stream;
 * `undefined` if the value is neither
 * @example
 * // {"id":"3195…","timestamp":1432826855000,"owner":"1111…","logGroup":"api","logStream":"i-1","message":{"ms":12}}
 * logEvents({ messageType: 'DATA_MESSAGE', owner: '1111…', logGroup: 'api', logStream: 'i-1', logEvents: [
 *   { id: '3195…', timestamp: 1432826855000, message: '{"ms":12}' },
 * ] });
 */
export function logEvents(value: unknown): Buffer[] | 'control' | undefined {
  if (!isSubscription(value)) return undefined;
  if (value.messageType === 'CONTROL_MESSAGE') return 'control';
  return value.logEvents.map((logEvent) => eventOf(value, logEvent));
}

function eventOf({ owner, logGroup, logStream }: Subscription, { message, ...meta }: LogEvent): Buffer {
  const head = JSON.stringify({ ...meta, owner, logGroup, logStream });
  // The message's own text: writing what was read may give another value.
  return Buffer.from(
    `${head.slice(0, -1)},"message":${isObject(message) ? message : JSON.stringify(message)}}`,
  );
}

function isObject(message: string): boolean {
  if (!/^\s*\{/.test(message)) return false;
  return 'value' in decodeText(message);
}

function isSubscription(value: unknown): value is Subscription {
  if (typeof value !== 'object' || value === null) return false;
  const { messageType, logGroup, logStream, logEvents } = value as Readonly<Record<string, unknown>>;
  return (
    (messageType === 'DATA_MESSAGE' || messageType === 'CONTROL_MESSAGE') &&
    typeof logGroup === 'string' &&
    typeof logStream === 'string' &&
    Array.isArray(logEvents) &&
    logEvents.every(isLogEvent)
  );
}

function isLogEvent(value: unknown): value is LogEvent {
  return (
    typeof value === 'object' && value !== null && 'message' in value && typeof value.message === 'string'
  );
}
