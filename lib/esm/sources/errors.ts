import { ExpiredIteratorError, TrimmedDataError } from '../errors.ts';

/** Turns the two errors of the stream APIs that reading goes on from into the engine's own. */
export function rethrowStreamError(error: unknown): never {
  if (error instanceof Error && error.name === 'ExpiredIteratorException') {
    throw new ExpiredIteratorError(error.message, { cause: error });
  }
  if (error instanceof Error && error.name === 'TrimmedDataAccessException') {
    throw new TrimmedDataError(error.message, { cause: error });
  }
  throw error;
}
