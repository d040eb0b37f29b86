import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { EVENING, fullSnapshot, HOSTILE, PageStack } from '../../../support/page-stack.ts';
import { bundleChecks, hasChromium, launchChromium, openPage, type WatchedPage } from './browser.ts';

let browser: Browser;
let checks: string;
let stack: PageStack;
const open: WatchedPage[] = [];

async function watched(options?: Parameters<typeof openPage>[2]): Promise<Page> {
  const opened = await openPage(browser, stack.url, options);
  open.push(opened);
  return opened.page;
}

function text(page: Page, selector: string): Promise<string> {
  return page.locator(selector).innerText();
}

describe.skipIf(!hasChromium())('the page in Chromium', () => {
  beforeAll(async () => {
    [browser, checks] = await Promise.all([launchChromium(), bundleChecks()]);
    stack = new PageStack();
    await stack.start();
  });

  beforeEach(() => {
    stack.snapshot = fullSnapshot();
    stack.asked.length = 0;
  });

  afterEach(async () => {
    const troubles = open.flatMap(({ troubles }) => troubles);
    await Promise.all(open.splice(0).map(({ page }) => page.close()));
    expect(troubles).toEqual([]);
  });

  afterAll(async () => {
    await browser.close();
    await stack.close();
  });

  test('shows the figures of a snapshot, and those of the next', async () => {
    const page = await watched();
    const tiles = await page.locator('.tile').allInnerTexts();
    expect(tiles.map((tile) => tile.split('\n').filter((line) => line !== ''))).toEqual([
      ['Records', '641/s'],
      ['Event time', '2001-06-14 18:45'],
      ['Iterator age, max', '2.9 s'],
      ['Alerts firing', '2'],
      ['Set aside', '2'],
      ['Failed batches', '4'],
    ]);
    expect(await page.locator('#shards tbody tr').count()).toBe(4);
    expect(await page.locator('.node').count()).toBe(10);
    expect(await page.locator('.node[data-failing]').getAttribute('aria-label')).toBe(
      'function aggregate, failing',
    );
    expect(await page.locator('.edge').nth(1).getAttribute('aria-label')).toBe(
      'events to aggregate: 24,120 records, 641/s',
    );
    expect(await text(page, '.account')).not.toContain('lost');
    const account = { at: 1, read: 49_001, applied: 48_999, late: 1, refused: 1, lost: 0, doubled: 0 };
    stack.snapshot = { ...stack.snapshot, account };
    await page.waitForSelector('.account[data-verdict=good]');
    expect(await text(page, '.verdict')).toBe('lost 0, double-counted 0');
    stack.snapshot = { ...stack.snapshot, account: { ...account, lost: 3 } };
    await page.waitForSelector('.account[data-verdict=bad]');
    expect(await text(page, '.verdict')).toBe('lost 3, double-counted 0');
  });

  test('has no fault that a reader would stumble over, light or dark', async () => {
    for (const scheme of ['light', 'dark'] as const) {
      const page = await watched({ scheme });
      await page.locator('summary').first().click();
      expect(await page.evaluate<string[]>(checks)).toEqual([]);
      await page.keyboard.press('?');
      expect(await page.evaluate<string[]>(checks)).toEqual([]);
    }
  });

  test('does not scroll sideways on a phone', async () => {
    const page = await watched({ width: 360 });
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(360);
    expect(await page.locator('#pipeline svg').getAttribute('data-direction')).toBe('down');
    await page.locator('#key').click();
    await page.locator('#key-options [role=option]').first().waitFor();
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(360);
  });

  test('keeps the theme that was chosen', async () => {
    const page = await watched({ scheme: 'dark' });
    const ground = (): Promise<string> => page.evaluate('getComputedStyle(document.body).backgroundColor');
    const dark = await ground();
    await page.getByRole('button', { name: 'Light or dark' }).click();
    const light = await ground();
    expect(light).not.toBe(dark);
    await page.reload();
    await page.waitForSelector('body[data-state=live]');
    expect(await ground()).toBe(light);
  });

  test('reads nothing as markup, wherever a record or a key comes up', async () => {
    stack.snapshot = {
      ...stack.snapshot,
      service: HOSTILE,
      alerts: [
        { alert: HOSTILE, key: HOSTILE, state: 'firing', severity: HOSTILE, at: EVENING, summary: HOSTILE },
      ],
      failures: stack.snapshot.failures.map((row) => ({ ...row, reason: HOSTILE, function: HOSTILE })),
    };
    const page = await watched();
    await page.locator('#aside summary').first().click();
    expect(await text(page, '#aside pre >> nth=0')).toBe(HOSTILE);
    await page.locator('#choose-aggregate').selectOption('visitors');
    await page.locator('[data-measure=last] .latest', { hasText: 'onerror' }).waitFor();
    await page.locator('#choose-aggregate').selectOption('departures');
    await page.locator('#key').click();
    await page.getByRole('option', { name: 'onerror' }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Logs' }).click();
    await page.locator('.log', { hasText: 'onerror' }).waitFor();
    expect(await page.locator('img, body script').count()).toBe(0);
    expect(await page.title()).toBe(`${HOSTILE} · weir`);
  });

  test('tries a record again, and says what came of it', async () => {
    const page = await watched();
    await page.getByRole('button', { name: 'Redrive late-1' }).click();
    await page.getByText('1 record tried again: 0 accepted, 1 stay').waitFor();
    await page.getByText('stays: its window is final').waitFor();
    await page.getByRole('button', { name: 'Redrive all' }).click();
    await page.getByText('2 records tried again: 1 accepted, 1 stay').waitFor();
    await page.getByText('no longer in the queue').waitFor();
    expect(stack.asked).toEqual([{ redrive: ['late-1'] }, { redrive: 'all' }]);
    expect(await page.getByRole('button', { name: 'Redrive refused-1' }).count()).toBe(0);
  });

  test('draws every measure of a key, sessions and a running total', async () => {
    const page = await watched();
    expect(await page.locator('.measure h3').allInnerTexts()).toEqual([
      'flights',
      'delay',
      'spread',
      'busiest',
    ]);
    expect(await text(page, '[data-measure=delay] .chart-values')).toMatch(/^p50 \d+\s*p90 \d+$/);
    expect(await text(page, '[data-measure=spread] .chart-values')).toContain('from 15 4');
    expect(await text(page, '[data-measure=busiest] .latest')).toBe('LAX 5');
    await page.locator('#choose-aggregate').selectOption('visits');
    await page.locator('[data-measure=pages] canvas').waitFor();
    expect(await page.locator('#choose-resolution').isVisible()).toBe(false);
    await page.locator('#choose-aggregate').selectOption('visitors');
    await page.locator('[data-measure=people] .latest', { hasText: '7' }).waitFor();
    expect(await page.locator('#key, #choose-range').evaluateAll((all) => all.length)).toBe(2);
    expect(await page.locator('#key').isVisible()).toBe(false);
  });

  test('leads from an alert to its key, with what it is held against', async () => {
    const page = await watched();
    await page.getByRole('button', { name: 'congested origin=ORD' }).click();
    await page.locator('[data-measure=flights][data-ruled=yes]').waitFor();
    expect(await page.locator('#key').inputValue()).toBe('ORD');
    expect(await text(page, '[data-measure=flights] .limit')).toBe('limit 25 flights');
    await page.getByRole('button', { name: '✕' }).click();
    await page.locator('[data-measure=flights]:not([data-ruled])').waitFor();
  });

  test('can be used with the keyboard alone', async () => {
    const page = await watched();
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.className')).toBe('skip');
    await page.keyboard.press('Enter');
    expect(await page.evaluate('document.activeElement.id')).toBe('main');
    await page.keyboard.press('Space');
    await page.getByRole('button', { name: 'Play', exact: true }).waitFor();
    await page.keyboard.press('5');
    await page.locator('[aria-pressed=true]', { hasText: 'max' }).waitFor();
    expect(stack.asked).toEqual([{ state: 'paused' }, { speed: 'max' }]);
    await page.keyboard.press('/');
    await page.keyboard.type('OR');
    await page.getByRole('option', { name: 'ORD' }).waitFor();
    await page.keyboard.press('Enter');
    expect(await page.locator('#key').inputValue()).toBe('ORD');
    await page.locator('#main').focus();
    await page.keyboard.press('?');
    await page.locator('dialog#help[open]').waitFor();
    await page.keyboard.press('Escape');
    expect(await page.locator('dialog[open]').count()).toBe(0);
    await page.locator('#shards tbody tr').first().focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('End');
    expect(await page.evaluate('document.activeElement.cells[0].textContent')).toBe('notify');
    await page.locator('[data-node=aggregate]').focus();
    await page.keyboard.press('Enter');
    await page.locator('.log', { hasText: 'aggregate began' }).waitFor();
  });

  test('reaches every control by Tab, with a focus that can be seen', async () => {
    const page = await watched();
    const unseen: string[] = [];
    const reached = new Set<string>();
    for (let i = 0; i < 60; i++) {
      await page.keyboard.press('Tab');
      const [name, isSeen] = await page.evaluate<[string, boolean]>(`(() => {
        const at = document.activeElement;
        if (at === document.body) return ['', true];
        const style = getComputedStyle(at);
        const box = at.querySelector(':scope > rect');
        const seen = style.outlineStyle !== 'none' || (box !== null && getComputedStyle(box).strokeWidth === '3px');
        return [at.id || at.dataset?.node || at.getAttribute('aria-label') || at.textContent.trim().slice(0, 30), seen];
      })()`);
      // After the last control the focus leaves the page.
      if (name === '') break;
      reached.add(name);
      if (!isSeen) unseen.push(name);
    }
    expect(unseen).toEqual([]);
    for (const name of [
      'Pause',
      '10×',
      'aggregate',
      'choose-aggregate',
      'key',
      'alerts-tab-0',
      'Redrive all',
    ])
      expect(reached).toContain(name);
  });

  test('tells of alerts that fire, politely, but not of those that already did', async () => {
    const page = await watched();
    expect(await page.locator('#announcer').getAttribute('aria-live')).toBe('polite');
    expect(await page.locator('#announcer').textContent()).toBe('');
    const [row] = stack.snapshot.alerts;
    stack.snapshot = {
      ...stack.snapshot,
      transitions: [{ ...row!, key: 'origin=LAX' }, ...stack.snapshot.transitions],
    };
    await page
      .locator('#announcer', { hasText: 'congested origin=LAX firing' })
      .waitFor({ state: 'attached' });
  });

  test('shows empty states before the first event', async () => {
    stack.snapshot = {
      ...fullSnapshot(),
      playback: { ...fullSnapshot().playback, eventTime: undefined, from: undefined, to: undefined, put: 0 },
      graph: { nodes: [], edges: [] },
      mappings: [],
      throughput: [],
      alerts: [],
      transitions: [],
      aside: [],
      asideCounts: { refused: 0, late: 0 },
      failures: [],
      faults: undefined,
    };
    const opened = await browser.newPage();
    await opened.goto(stack.url);
    for (const words of [
      'Waiting for the first events …',
      'No alert has fired.',
      'Nothing has been set aside.',
      'No batch has failed.',
    ])
      await opened.getByText(words).waitFor();
    expect(await opened.locator('#faults').isVisible()).toBe(false);
    await opened.close();
  });

  test('moves nothing for who wants no motion', async () => {
    const page = await watched({ reducedMotion: 'reduce' });
    const running = 'document.getAnimations().filter((one) => one.playState === "running").length';
    expect(await page.evaluate(running)).toBe(0);
  });

  test('says that the stack has stopped, and goes on when it is back', async () => {
    const opened = await openPage(browser, stack.url);
    await stack.stop();
    await opened.page.locator('.state[data-state=stopped]').waitFor();
    expect(await text(opened.page, '#banner')).toContain('The stack has stopped');
    await stack.start();
    await opened.page.locator('.state[data-state=playing]').waitFor();
    await opened.page.locator('#banner').waitFor({ state: 'hidden' });
    await opened.page.close();
  });
});
