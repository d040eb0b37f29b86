/** What a client gets as HTTP status 400 or 500. */
export interface ApiErrorBody {
  readonly __type: string;
  readonly message?: string;
}

/** An error which is an answer to the client, as opposed to a fault of the server. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly body: ApiErrorBody;

  constructor(body: ApiErrorBody) {
    super(body.message ?? body.__type);
    this.body = body;
  }
}

/** A parameter that cannot mean anything. */
export const invalidArgument = (message: string): ApiError =>
  new ApiError({ __type: 'InvalidArgumentException', message });

/** A parameter of the wrong form. */
export const validationError = (message: string): ApiError =>
  new ApiError({ __type: 'ValidationException', message });

/** The stream, shard or consumer named does not exist. */
export const resourceNotFound = (message: string): ApiError =>
  new ApiError({ __type: 'ResourceNotFoundException', message });

/** It exists, and something else holds it. */
export const resourceInUse = (message: string): ApiError =>
  new ApiError({ __type: 'ResourceInUseException', message });

export const limitExceeded = (message: string): ApiError =>
  new ApiError({ __type: 'LimitExceededException', message });

/** The operation exists in no API, or is one that the embedded Kinesis does not have. */
export const unknownOperation = (message: string): ApiError =>
  new ApiError({ __type: 'UnknownOperationException', message });

/** The body is not JSON. */
export const serializationError = (message: string): ApiError =>
  new ApiError({ __type: 'SerializationException', message });

/** kinesalite's errors carry their answer; anything else is a fault. */
export function toApiError(error: unknown): unknown {
  if (error instanceof Error && 'body' in error && isBody(error.body)) return new ApiError(error.body);
  return error;
}

function isBody(body: unknown): body is ApiErrorBody {
  return typeof body === 'object' && body !== null && '__type' in body && typeof body.__type === 'string';
}
