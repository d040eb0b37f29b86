import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { startLocally } from '../../../support/local-start.ts';
import { launchChromium, openPage } from './browser.ts';

// Writes the pictures of README.md: the dashboard on an evening on which hubs close down, some alerts firing.

const DOCS = new URL('../../../../docs/', import.meta.url);
const MOST_BYTES = 300 * 1024;
// Of event time as it is shown: from then on there is enough to see.
const TELLING = '2001-06-14 18:30';

const local = await startLocally(['--from', '2001-06-14T13:00:00Z', '--speed', '600x']);
const browser = await launchChromium();
try {
  const { page } = await openPage(browser, local.url);
  for (let isTelling = false; !isTelling;) {
    await page.waitForTimeout(250);
    const firing = await page.locator('#alerts-panel-0 .badge[data-state=firing]').count();
    isTelling = firing >= 2 && (await page.locator('.at').innerText()) >= TELLING;
  }
  await page.locator('#alerts-panel-0 .alert-row', { hasText: 'firing' }).last().click();
  await page.locator('[data-ruled=yes]').waitFor();
  for (const [scheme, name] of [
    ['light', 'dashboard.png'],
    ['dark', 'dashboard-dark.png'],
  ] as const) {
    await page.emulateMedia({ colorScheme: scheme });
    await page.mouse.move(0, 0);
    await page.waitForTimeout(1_500);
    await page.evaluate('document.activeElement.blur(); scrollTo(0, 0)');
    const picture = await page.screenshot();
    if (picture.length > MOST_BYTES)
      throw new Error(`${name} would have ${picture.length} bytes, and is to have ${MOST_BYTES} at most`);
    await writeFile(fileURLToPath(new URL(name, DOCS)), picture);
  }
} finally {
  await browser.close();
  await local.stop();
}
