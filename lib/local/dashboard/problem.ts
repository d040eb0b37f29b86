import { STATUS_CODES } from 'node:http';

/** A request that cannot be answered, and what to ask instead. */
export class RequestError extends Error {
  override readonly name = 'RequestError';
  /** HTTP status. */
  readonly status: number;
  /** Headers that the answer has to have. */
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, detail: string, headers: Readonly<Record<string, string>> = {}) {
    super(detail);
    this.status = status;
    this.headers = headers;
  }
}

/** The problem document of an error: https://www.rfc-editor.org/rfc/rfc9457 */
export function problemOf(error: unknown): { readonly status: number; readonly body: string } {
  const status = error instanceof RequestError ? error.status : 500;
  const detail = error instanceof Error ? error.message : String(error);
  return {
    status,
    body: JSON.stringify({ type: 'about:blank', title: STATUS_CODES[status] ?? 'Error', status, detail }),
  };
}
