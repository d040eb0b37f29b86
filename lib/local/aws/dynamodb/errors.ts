const DYNAMODB = 'com.amazonaws.dynamodb.v20120810#';
const VALIDATION = 'com.amazon.coral.validate#';
const SERVICE = 'com.amazon.coral.service#';

/** What a DynamoDB client gets as HTTP status 400 or 500: `__type`, `message` and, for some, more. */
export interface ApiErrorBody {
  readonly __type: string;
  readonly message?: string;
  readonly [extra: string]: unknown;
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

/** A parameter that cannot be accepted. */
export const validationError = (message: string): ApiError =>
  new ApiError({ __type: `${VALIDATION}ValidationException`, message });

/** The stream, table or shard named does not exist. */
export const resourceNotFound = (message: string): ApiError =>
  new ApiError({ __type: `${DYNAMODB}ResourceNotFoundException`, message });

/** The records asked for have left the change log. */
export const trimmedDataAccess = (message: string): ApiError =>
  new ApiError({ __type: `${DYNAMODB}TrimmedDataAccessException`, message });

/** The shard iterator is older than 15 minutes. */
export const expiredIterator = (message: string): ApiError =>
  new ApiError({ __type: `${DYNAMODB}ExpiredIteratorException`, message });

/** The operation exists in no API, or is one that the embedded DynamoDB does not have. */
export const unknownOperation = (message: string): ApiError =>
  new ApiError({ __type: `${SERVICE}UnknownOperationException`, message });

/** The body is not JSON. */
export const serializationError = (message: string): ApiError =>
  new ApiError({ __type: `${SERVICE}SerializationException`, message });
