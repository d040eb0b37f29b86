import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { HOSTILE } from '../../../support/page-stack.ts';
import { startLocally, type LocalStart } from '../../../support/local-start.ts';
import { hasChromium, launchChromium, openPage } from './browser.ts';

const FIXTURE = new URL('../../../../fixtures/flights.ndjson.gz', import.meta.url);
// Two hours in which hubs close down. A few airports make few panes of many records; and each shard has some, as a shard with a
// refused record alone would have the others wait until it counts as idle.
const FROM = '2001-06-14T14:45';
const TO = '2001-06-14T17:00';
const AIRPORTS = /"origin":"(?:ORD|DFW|LAX)"/;

let directory: string;
let lines: string[];
let local: LocalStart;
let browser: Browser;
let page: Page;
let troubles: string[];

async function put(): Promise<string> {
  return page.locator('.put').innerText();
}

async function ask<T>(path: string): Promise<T> {
  return (await (await fetch(new URL(path, local.url))).json()) as T;
}

// The tests are one story: each goes on where the one before it ended.
describe.skipIf(!hasChromium())('the page over the running stack', () => {
  beforeAll(async () => {
    lines = gunzipSync(await readFile(FIXTURE))
      .toString()
      .trimEnd()
      .split('\n')
      .filter((line) => line.slice(9) >= FROM && line.slice(9) < TO && AIRPORTS.test(line));
    lines.splice(10, 0, HOSTILE);
    directory = await mkdtemp(join(tmpdir(), 'weir-page-'));
    const file = join(directory, 'evening.ndjson');
    await writeFile(file, lines.map((line) => `${line}\n`).join(''));
    [browser, local] = await Promise.all([launchChromium(), startLocally([file, '--speed', '600x'])]);
    ({ page, troubles } = await openPage(browser, local.url));
  }, 180_000);

  afterAll(async () => {
    await browser.close();
    await local.stop();
    await rm(directory, { recursive: true, force: true });
  }, 60_000);

  test('a pause stops the events, and playing goes on', async () => {
    await page.getByRole('button', { name: 'Pause' }).click();
    await page.getByRole('button', { name: 'Play', exact: true }).waitFor();
    const asked = async (): Promise<string> =>
      JSON.stringify(
        await page.evaluate(
          'fetch("/local/playback", { method: "POST", headers: { "content-type": "application/json" }, body: "{}" }).then((answer) => answer.json())',
        ),
      );
    // What was being put when it was paused is put; then nothing is.
    await expect.poll(async () => (await asked()) === (await asked())).toBe(true);
    const paused = await asked();
    await page.waitForTimeout(600);
    expect(await asked()).toBe(paused);
    await page.getByRole('button', { name: 'Play', exact: true }).click();
    await expect.poll(asked, { timeout: 15_000 }).not.toBe(paused);
  });

  test('what is put, applied and stored is what the job and the HTTP API say', async () => {
    await page.getByRole('button', { name: 'max' }).click();
    await page.locator('.account[data-verdict=good]').waitFor({ timeout: 60_000 });
    expect(await page.locator('.verdict').innerText()).toBe('lost 0, double-counted 0');
    const all = lines.length.toLocaleString('en');
    expect(await put()).toBe(`${all} of ${all}`);
    const summary = await local.wrote(/records read in/);
    const [applied] = /\d+(?= applied)/.exec(summary) ?? [''];
    expect(await page.locator('.account .detail').innerText()).toBe(
      `of ${all} records: ${Number(applied).toLocaleString('en')} applied, 0 late, 1 refused`,
    );

    const { alerts } = await ask<{ alerts: unknown[] }>('/alerts?state=firing');
    expect(alerts.length).toBeGreaterThan(0);
    await expect
      .poll(() => page.locator('.tile', { hasText: 'Alerts firing' }).locator('dd').innerText())
      .toBe(String(alerts.length));

    await page.locator('#key').fill('ORD');
    await page.keyboard.press('Enter');
    await page.locator('.pane-table summary').click();
    const { panes } = await ask<{ panes: { measures: { flights: number } }[] }>(
      `/aggregates/departures?origin=ORD&from=${FROM}:00Z&to=${TO}:00Z`,
    );
    const stored = panes.map(({ measures }) => String(measures.flights)).reverse();
    expect(stored).toHaveLength(9);
    await expect
      .poll(() => page.locator('.pane-table tbody td:nth-child(4)').allInnerTexts())
      .toEqual(stored);
    expect(await page.locator('[data-measure=flights] .chart-values').innerText()).toBe(stored[0]);
  }, 90_000);

  test('a record that was refused stays when it is tried again, and says why; it is text', async () => {
    await page.locator('.aside-row summary').click();
    expect(await page.locator('.aside-row pre').innerText()).toBe(HOSTILE);
    await page.getByRole('button', { name: 'Redrive all' }).click();
    await page.getByText('1 record tried again: 0 accepted, 1 stay').waitFor();
    await page.locator('.outcome', { hasText: 'stays: ' }).waitFor();
    expect(await page.title()).not.toContain('taken');
  });

  test('nothing went wrong in the page all the while', async () => {
    await page.getByRole('button', { name: 'Logs' }).click();
    await page.locator('.log:not(:empty)').waitFor();
    expect(troubles).toEqual([]);
    expect(await page.locator('.node').count()).toBeGreaterThan(8);
    expect(await page.locator('.node[data-failing]').count()).toBe(0);
  });
});
