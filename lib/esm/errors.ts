/** A setting of an event source mapping that AWS would refuse, or that cannot mean anything. */
export class MappingSettingsError extends Error {
  override readonly name: string = 'MappingSettingsError';
}

/** A setting that AWS has and this engine does not honour: refused, because ignoring it would be a lie. */
export class UnsupportedSettingError extends MappingSettingsError {
  override readonly name = 'UnsupportedSettingError';
  readonly setting: string;

  constructor(setting: string, message: string) {
    super(message);
    this.setting = setting;
  }
}

/**
 * Thrown by an `invoke` that could not run the function at all (throttled, not ready). The engine tries again without
 * spending a retry attempt, as Lambda does with errors before the invocation. Anything else thrown is an error of the
 * function.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/kinesis-on-failure-destination.html
 */
export class NotInvokedError extends Error {
  override readonly name: string = 'NotInvokedError';
}

/** An iterator that is too old to read with: a new one at the same position is needed. */
export class ExpiredIteratorError extends Error {
  override readonly name = 'ExpiredIteratorError';
}

/** A position whose records have left the stream. */
export class TrimmedDataError extends Error {
  override readonly name = 'TrimmedDataError';
}

/** What waits for an engine that has been stopped is told so. */
export class EngineStoppedError extends Error {
  override readonly name = 'EngineStoppedError';
}
