import type { IncomingMessage } from 'node:http';

/**
 * What a request asks for. Of its URL, path and query count; a target that is none, such as `*`, is asked for as `/`.
 *
 * @example requestUrl({ url: '//x?y=1' }).pathname // '//x': a path, and no other host
 */
export function requestUrl({ url = '/' }: Pick<IncomingMessage, 'url'>): URL {
  const whole = `http://localhost${url}`;
  return url.startsWith('/') && URL.canParse(whole) ? new URL(whole) : new URL('http://localhost/');
}
