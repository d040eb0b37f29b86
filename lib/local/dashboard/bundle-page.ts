import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/** A file of the page, as it is served. */
export interface PageFile {
  readonly contentType: string;
  readonly body: string;
}

/**
 * What the page may do, for the header `content-security-policy`: load what its own server serves, and nothing else. Records are
 * hostile input; should one ever reach the page as markup, no script in it runs.
 */
export const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const PAGE = fileURLToPath(new URL('./page/', import.meta.url));

/**
 * Bundles the dashboard's page in memory.
 *
 * @returns its files by path: `/`, `/page.js`, `/page.css`, `/theme.js` and `/icon.svg`
 * @throws {Error} esbuild's, if a source of the page has a mistake
 *
 * @example
 * const files = await bundlePage();
 * files.get('/page.css'); // { contentType: 'text/css; charset=utf-8', body: '…' }
 */
export async function bundlePage(): Promise<ReadonlyMap<string, PageFile>> {
  const [bundle, html, icon] = await Promise.all([
    build({
      absWorkingDir: PAGE,
      // The theme is set before anything is painted, by a script of its own that blocks; the rest need not.
      entryPoints: { page: 'main.ts', theme: 'theme-early.ts', style: 'style/page.css' },
      entryNames: '[name]',
      outdir: 'out',
      bundle: true,
      write: false,
      minify: true,
      format: 'iife',
      target: 'es2022',
      legalComments: 'none',
      logLevel: 'silent',
    }),
    readFile(`${PAGE}index.html`, 'utf8'),
    readFile(`${PAGE}icon.svg`, 'utf8'),
  ]);
  const output = (name: string): string =>
    bundle.outputFiles.find(({ path }) => path.endsWith(name))?.text ?? '';
  return new Map([
    ['/', { contentType: 'text/html; charset=utf-8', body: html }],
    ['/page.js', { contentType: 'text/javascript; charset=utf-8', body: output('page.js') }],
    ['/theme.js', { contentType: 'text/javascript; charset=utf-8', body: output('theme.js') }],
    ['/page.css', { contentType: 'text/css; charset=utf-8', body: output('style.css') }],
    ['/icon.svg', { contentType: 'image/svg+xml', body: icon }],
  ]);
}
