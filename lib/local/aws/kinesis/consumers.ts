import { limitExceeded, resourceInUse, resourceNotFound, validationError } from './errors.ts';
import type { Input } from './input.ts';
import { optionalNumber, optionalTags, optionalText, streamNameIn, text } from './input.ts';

/** A registered consumer, as DescribeStreamConsumer gives it. */
export interface ConsumerDescription {
  readonly ConsumerName: string;
  readonly ConsumerARN: string;
  readonly ConsumerStatus: 'ACTIVE';
  /** Seconds since 1970. */
  readonly ConsumerCreationTimestamp: number;
  readonly StreamARN: string;
}

interface Consumer {
  readonly description: ConsumerDescription;
  readonly streamName: string;
  readonly tags: Map<string, string>;
}

/**
 * AWS: at most 20 consumers of a stream.
 * @see https://docs.aws.amazon.com/kinesis/latest/APIReference/API_RegisterStreamConsumer.html
 */
const MOST_CONSUMERS = 20;
/** @see https://docs.aws.amazon.com/kinesis/latest/APIReference/API_ListStreamConsumers.html */
const PAGE = 100;

/** The enhanced fan-out consumers of all streams. That a stream exists is the caller's to check. */
export class ConsumerRegistry {
  /** By ARN, in the order in which they were registered. */
  readonly #consumers = new Map<string, Consumer>();
  readonly #now: () => number;

  /** @param now the clock, milliseconds since 1970 */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** @throws {ApiError} ResourceInUseException, LimitExceededException, ValidationException */
  register(input: Input): object {
    const streamArn = text(input, 'StreamARN');
    const streamName = streamNameIn(streamArn, 'StreamARN');
    const name = text(input, 'ConsumerName');
    if (!/^[a-zA-Z0-9_.-]{1,128}$/.test(name)) {
      throw validationError(`ConsumerName is ${name}: it must be 1 to 128 letters, digits, _, . and -`);
    }
    const others = this.#of(streamName);
    if (others.some(({ description }) => description.ConsumerName === name)) {
      throw resourceInUse(`Consumer ${name} of stream ${streamName} already exists`);
    }
    if (others.length >= MOST_CONSUMERS) {
      throw limitExceeded(`Stream ${streamName} has ${MOST_CONSUMERS} consumers, and may not have more`);
    }
    const seconds = Math.floor(this.#now() / 1_000);
    const description: ConsumerDescription = {
      ConsumerName: name,
      ConsumerARN: `${streamArn}/consumer/${name}:${seconds}`,
      ConsumerStatus: 'ACTIVE',
      ConsumerCreationTimestamp: seconds,
      StreamARN: streamArn,
    };
    const tags = new Map(Object.entries(optionalTags(input, 'Tags') ?? {}));
    this.#consumers.set(description.ConsumerARN, { description, streamName, tags });
    // The answer tells of the moment of registration; from then on it can be used.
    return { Consumer: { ...withoutStream(description), ConsumerStatus: 'CREATING' } };
  }

  /** @throws {ApiError} ResourceNotFoundException */
  describe(input: Input): object {
    return { ConsumerDescription: this.find(input) };
  }

  /** @throws {ApiError} ResourceNotFoundException, ValidationException */
  list(input: Input): object {
    const streamName = streamNameIn(text(input, 'StreamARN'), 'StreamARN');
    const most = Math.min(PAGE, optionalNumber(input, 'MaxResults', { least: 1, most: 10_000 }) ?? PAGE);
    const after = optionalText(input, 'NextToken');
    const all = this.#of(streamName).map(({ description }) => description);
    const from = after === undefined ? 0 : all.findIndex(({ ConsumerARN }) => ConsumerARN === after) + 1;
    const page = all.slice(from, from + most);
    return {
      Consumers: page.map(withoutStream),
      ...(from + most < all.length && { NextToken: page.at(-1)?.ConsumerARN }),
    };
  }

  /**
   * Removes a consumer and returns what it was.
   * @throws {ApiError} ResourceNotFoundException
   */
  deregister(input: Input): ConsumerDescription {
    const description = this.find(input);
    this.#consumers.delete(description.ConsumerARN);
    return description;
  }

  /**
   * The consumer that is named by its ARN, or by its name and the stream's ARN.
   * @throws {ApiError} ResourceNotFoundException, ValidationException
   */
  find(input: Input): ConsumerDescription {
    const arn = optionalText(input, 'ConsumerARN');
    if (arn !== undefined) return this.#byArn(arn).description;
    const streamName = streamNameIn(text(input, 'StreamARN'), 'StreamARN');
    const name = text(input, 'ConsumerName');
    const found = this.#of(streamName).find(({ description }) => description.ConsumerName === name);
    if (found) return found.description;
    throw resourceNotFound(`Stream ${streamName} has no consumer ${name}`);
  }

  count(streamName: string): number {
    return this.#of(streamName).length;
  }

  /** The tags of a consumer, to be read and changed. */
  tags(consumerArn: string): Map<string, string> {
    return this.#byArn(consumerArn).tags;
  }

  /** Removes all consumers of a stream, and returns their ARNs. */
  forget(streamName: string): readonly string[] {
    const arns = this.#of(streamName).map(({ description }) => description.ConsumerARN);
    for (const arn of arns) this.#consumers.delete(arn);
    return arns;
  }

  #of(streamName: string): readonly Consumer[] {
    return [...this.#consumers.values()].filter((consumer) => consumer.streamName === streamName);
  }

  #byArn(arn: string): Consumer {
    const found = this.#consumers.get(arn);
    if (found) return found;
    throw resourceNotFound(`There is no consumer ${arn}: register it with RegisterStreamConsumer`);
  }
}

function withoutStream({ StreamARN: _, ...consumer }: ConsumerDescription): object {
  return consumer;
}
