const TITLES = {
  400: 'Bad Request',
  404: 'Not Found',
  409: 'Conflict',
  413: 'Content Too Large',
} as const;

/** A request that cannot be answered, and what to ask instead. */
export class QueryError extends Error {
  override readonly name = 'QueryError';
  /** HTTP status. */
  readonly status: keyof typeof TITLES;

  constructor(status: keyof typeof TITLES, detail: string) {
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
      title: TITLES[error.status],
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
