/** A request that cannot be answered, and what to ask instead. */
export class QueryError extends Error {
  override readonly name = 'QueryError';
  /** HTTP status: 400 or 404. */
  readonly status: 400 | 404;

  constructor(status: 400 | 404, detail: string) {
    super(detail);
    this.status = status;
  }
}

/** A problem as RFC 9457 has it: https://www.rfc-editor.org/rfc/rfc9457 */
export interface Problem {
  readonly type: 'about:blank';
  readonly title: string;
  readonly status: number;
  readonly detail: string;
}

/** The problem document of an error. What is not the caller's fault says nothing of its inside. */
export function problemOf(error: unknown): Problem {
  if (error instanceof QueryError) {
    return {
      type: 'about:blank',
      title: error.status === 404 ? 'Not Found' : 'Bad Request',
      status: error.status,
      detail: error.message,
    };
  }
  return {
    type: 'about:blank',
    title: 'Internal Server Error',
    status: 500,
    detail: 'the request failed; the function log says why',
  };
}
