import { EventStreamCodec } from '@smithy/core/event-streams';
import type { ApiErrorBody } from './errors.ts';

/** The content type of an answer that goes on: frames of `application/vnd.amazon.eventstream`. */
export const EVENT_STREAM_TYPE = 'application/vnd.amazon.eventstream';
const JSON_TYPE = 'application/x-amz-json-1.1';

/**
 * Encodes the frames of an event stream, each with a length, headers, a body and two checksums.
 * @see https://docs.aws.amazon.com/lexv2/latest/dg/event-stream-encoding.html
 * @see https://smithy.io/2.0/aws/amazon-eventstream.html
 */
export class EventStreamEncoder {
  readonly #codec = new EventStreamCodec(
    (bytes) => (typeof bytes === 'string' ? bytes : Buffer.from(bytes).toString('utf8')),
    (text) => Buffer.from(text, 'utf8'),
  );

  /** The first frame: what the operation answers besides its events. */
  initialResponse(): Uint8Array {
    return this.#encode({ ':message-type': 'event', ':event-type': 'initial-response' }, {});
  }

  /** @example encoder.event('SubscribeToShardEvent', { Records: [], MillisBehindLatest: 0 }) */
  event(type: string, body: object): Uint8Array {
    return this.#encode({ ':message-type': 'event', ':event-type': type }, body);
  }

  /** The last frame of a stream that ends with an error. */
  exception({ __type: type, message }: ApiErrorBody): Uint8Array {
    return this.#encode({ ':message-type': 'exception', ':exception-type': type }, { message });
  }

  #encode(headers: Readonly<Record<string, string>>, body: object): Uint8Array {
    const all = { ...headers, ':content-type': JSON_TYPE };
    return this.#codec.encode({
      headers: Object.fromEntries(
        Object.entries(all).map(([name, value]) => [name, { type: 'string' as const, value }]),
      ),
      body: Buffer.from(JSON.stringify(body)),
    });
  }
}
