import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { chromium, type Browser, type Page } from 'playwright-core';

/** The Chromium that the tests drive: what `CHROMIUM` names, or Debian's. */
export const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';

/** Whether there is one; says so in plain words if not, as the tests are then skipped. */
export function hasChromium(): boolean {
  if (existsSync(CHROMIUM)) return true;
  console.log(
    `There is no Chromium at ${CHROMIUM} (CHROMIUM names another): the page is not tested in a browser.`,
  );
  return false;
}

const ARGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export function launchChromium(): Promise<Browser> {
  return chromium.launch({ executablePath: CHROMIUM, args: ARGS });
}

/** A page, and what went wrong in it: errors, warnings of its console, and requests that failed or were refused. */
export interface WatchedPage {
  readonly page: Page;
  readonly troubles: string[];
}

export interface PageOptions {
  readonly width?: number;
  readonly scheme?: 'light' | 'dark';
  readonly reducedMotion?: 'reduce';
}

/** Opens the dashboard and waits until it is live and its charts are drawn. */
export async function openPage(
  browser: Browser,
  url: string,
  { width = 1280, scheme = 'light', reducedMotion }: PageOptions = {},
): Promise<WatchedPage> {
  const page = await browser.newPage({
    viewport: { width, height: 900 },
    colorScheme: scheme,
    ...(reducedMotion === undefined ? {} : { reducedMotion }),
  });
  page.setDefaultTimeout(15_000);
  const troubles: string[] = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) troubles.push(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => troubles.push(`error: ${error.message}`));
  page.on('requestfailed', (request) => {
    // A page that is left, or loaded again, ends what it listens to.
    if (request.failure()?.errorText !== 'net::ERR_ABORTED') troubles.push(`failed: ${request.url()}`);
  });
  page.on('response', (response) => {
    if (response.status() >= 400) troubles.push(`${response.status()}: ${response.url()}`);
  });
  await page.goto(url);
  await page.waitForSelector('body[data-state=live]');
  await page.waitForSelector('#explorer[data-loaded=yes]');
  return { page, troubles };
}

/** The checks of `in-page/`, as text to evaluate in a page. */
export async function bundleChecks(): Promise<string> {
  const bundle = await build({
    entryPoints: [fileURLToPath(new URL('in-page/checks.ts', import.meta.url))],
    bundle: true,
    write: false,
    format: 'iife',
    globalName: 'checks',
  });
  return `${bundle.outputFiles[0]?.text ?? ''}\nchecks.faults();`;
}
