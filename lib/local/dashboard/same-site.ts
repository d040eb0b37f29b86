import type { IncomingHttpHeaders } from 'node:http';

/**
 * Why a request may not be answered, if it may come from another site than the dashboard's own; `undefined` if it may not.
 *
 * A page of another site can make a browser ask this machine. By DNS rebinding it does so under its own name, which is then in `host`:
 * names alone that lead nowhere but to this machine are taken. What changes something has to come from the dashboard itself, by
 * `origin` and `sec-fetch-site`, which no page can choose, or from no browser at all.
 *
 * @see https://datatracker.ietf.org/doc/html/rfc6761#section-6.3 for `localhost`
 * @see https://developer.mozilla.org/en-US/docs/Web/HTTP/Reference/Headers/Sec-Fetch-Site
 */
export function whyForeign(
  method: string,
  { host, origin, 'sec-fetch-site': site }: IncomingHttpHeaders,
): string | undefined {
  const name = hostOf(`http://${host ?? ''}`);
  if (name === undefined || !isThisMachine(name.hostname))
    return `the dashboard answers on this machine alone, as 127.0.0.1 or localhost, and not as '${host ?? ''}'`;
  if (method === 'GET' || method === 'HEAD') return undefined;
  if (site !== undefined && site !== 'same-origin' && site !== 'none')
    return 'another site may not change anything here';
  if (origin !== undefined && hostOf(origin)?.host !== name.host)
    return `another site may not change anything here: the request comes from '${origin}'`;
  return undefined;
}

function hostOf(url: string): URL | undefined {
  return URL.canParse(url) ? new URL(url) : undefined;
}

function isThisMachine(hostname: string): boolean {
  return (
    hostname === '127.0.0.1' ||
    hostname === '[::1]' ||
    hostname === 'localhost' ||
    hostname.endsWith('.localhost')
  );
}
