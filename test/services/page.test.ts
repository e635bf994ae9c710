import { mkdtempSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { MINUTE } from '../../src/core/util/time.ts';
import { openLocalLog } from '../../src/log/local/open.ts';
import type { Log } from '../../src/log/log.ts';
import { systemClock } from '../../src/runtime/system-clock.ts';
import { candleRecord, postOf, START } from '../page/records.ts';
import { launch, median, openPage, type PageProcess, runProgram, startPage } from './page-browser.ts';

const { source: axe } = createRequire(import.meta.url)('axe-core') as { readonly source: string };
/** Minutes from START to the end of the sample, 2025-06-03. */
const SAMPLE_END = (Date.UTC(2025, 5, 3) - START) / MINUTE;
const SERIES = { source: 'sample-cmc' };

let folder = '';
let log: Log;
let server: PageProcess;
let browser: Browser;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'page-'));
  runProgram(folder, ['run', '--sample', '--quiet']);
  const bus = join(folder, '.cryptopipe/sample/bus');
  log = await openLocalLog(bus, systemClock);
  server = await startPage(bus);
  browser = await launch();
});
afterAll(async () => {
  await browser?.close();
  await server?.kill();
  await log?.close();
});

const open = (options?: BrowserContextOptions) => openPage(browser, server.url, options);
const firstPost = (page: Page) => page.locator('#post-list li[data-id]').first();

describe('the page of the sample', () => {
  test('the page shows candles, posts, hashtags and market cap, and the time that it took is printed', async () => {
    const times: number[] = [];
    for (let i = 0; i < 9; i++) {
      const context = await browser.newContext();
      const page = await context.newPage();
      await page.goto(server.url);
      await firstPost(page).waitFor();
      times.push((await page.evaluate("performance.getEntriesByName('shown')[0].startTime")) as number);
      expect(await page.locator('#last').textContent()).toBe('105,789.9');
      expect(await page.title()).toBe('105,789.9 BTC/USDT · cryptopipe');
      expect(await page.locator('#hashtags li').count()).toBeGreaterThan(3);
      expect(await page.locator('#caps').textContent()).toContain('T');
      await context.close();
    }
    console.log(`page loaded in ${Math.round(median(times))} ms; median of ${times.length}`);
  });

  test('the table has the values of the chart', async () => {
    const { page } = await open();
    await page.locator('#values summary').click();
    const row = await page.locator('#values tbody tr').first().allInnerTexts();
    expect(row[0]).toMatch(
      /2025-06-02 23:50\s+105,867.1\s+105,868\s+105,789.9\s+105,789.9\s+–\s+10\s+0\s+\+0.07/,
    );
    await page.context().close();
  });

  test('coin, market and window are picked by mouse or keyboard, and stand in the address', async () => {
    const { page } = await open();
    await page.locator('#coin').selectOption('eth');
    await expect.poll(() => page.locator('#title').textContent()).toBe('ETH/USDT');
    await page.locator('#market').selectOption({ label: 'TMN · sample-cmc' });
    await expect.poll(() => page.locator('#title').textContent()).toBe('ETH/TMN');
    await page.reload();
    await expect.poll(() => page.locator('#title').textContent()).toBe('ETH/TMN');
    await page.context().close();
  });

  test('the chart is read by keyboard: the arrows move through the windows and the values are spoken', async () => {
    const { page } = await open();
    await page.locator('#chart').focus();
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('ArrowLeft');
    await expect
      .poll(() => page.locator('#spoken').textContent())
      .toMatch(/^2025-06-02 23:40, O 105,791.1, H 105,865.5/);
    await page.keyboard.press('Home');
    await expect.poll(() => page.locator('#spoken').textContent()).toMatch(/^2025-06-01 00:00/);
    await page.context().close();
  });
});

describe('a new record', () => {
  test('a candle and a post appear, and the time that it took is printed', async () => {
    const { page } = await open();
    const times: number[] = [];
    for (let i = 0; i < 5; i++) {
      const at = performance.now();
      await log.append([
        candleRecord(SAMPLE_END, { ...SERIES, close: 77_770 + i }),
        postOf(`new${i}`, SAMPLE_END, { text: `just now ${i}` }),
      ]);
      await page.getByText(`just now ${i}`).waitFor();
      await page.locator('#last', { hasText: `77,77${i}` }).waitFor();
      times.push(performance.now() - at);
    }
    console.log(`new records shown in ${Math.round(median(times))} ms; median of ${times.length}`);
    await page.context().close();
  });

  test('script, markup and bidi controls of a post stay text', async () => {
    const { page, complaints } = await open();
    const text =
      '<script>window.taken=1</script><img src=x onerror="window.taken=1"> \u202Egnp.exe\u2066 end';
    await log.append([
      postOf('evil', SAMPLE_END + 1, { text, username: '<b>x\u202E</b>', hashtags: ['<i>\u202Ex'] }),
    ]);
    const item = page.locator('li[data-id=evil]');
    await item.waitFor();
    expect(await item.locator('.text').textContent()).toBe(text);
    expect(await item.locator('script, img, b, i').count()).toBe(0);
    expect(await page.evaluate('window.taken')).toBeUndefined();
    const bidi = await page.evaluate(
      "[...document.querySelectorAll('li[data-id=evil] :is(.author, .text)')].map((one) => getComputedStyle(one).unicodeBidi)",
    );
    expect(bidi).toEqual(['isolate', 'isolate']);
    expect(complaints).toEqual([]);
    await page.context().close();
  });
});

describe('the browser', () => {
  test('the browser reports no error, and nothing is fetched from another origin', async () => {
    const { page, complaints, requests } = await open();
    await page.locator('#theme').click();
    await page.locator('#coin').selectOption('eth');
    await page.mouse.move(500, 400);
    await page.mouse.wheel(-300, 0);
    await expect.poll(() => page.locator('#stages tbody tr').count()).toBeGreaterThan(5);
    expect(complaints).toEqual([]);
    expect(requests.filter((url) => !url.startsWith(server.url))).toEqual([]);
    await page.context().close();
  });

  test('script that came from elsewhere does not run', async () => {
    const { page, complaints } = await open();
    const attempt = `
      document.body.append(Object.assign(document.createElement('script'), { textContent: 'window.taken=1' }));
    `;
    await page.evaluate(attempt).catch(() => {});
    await expect.poll(() => complaints.length).toBeGreaterThan(0);
    expect(await page.evaluate('window.taken')).toBeUndefined();
    await page.context().close();
  });

  test.each([
    [1440, 900, 'dark'],
    [1440, 900, 'light'],
    [390, 844, 'dark'],
    [390, 844, 'light'],
    [360, 740, 'light'],
  ] as const)(
    'at %d x %d, %s: axe finds no fault, nothing stands over the edge',
    async (width, height, colorScheme) => {
      const { page } = await open({ viewport: { width, height }, colorScheme });
      await firstPost(page).waitFor();
      await page.locator('#values summary').click();
      await expect.poll(() => page.locator('#stages tbody tr').count()).toBeGreaterThan(5);
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
      await page.evaluate(axe);
      const found = (await page.evaluate('axe.run()')) as {
        violations: { id: string; impact: string; nodes: { html: string }[] }[];
      };
      expect(
        found.violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html.slice(0, 120))]),
      ).toEqual([]);
      const picture = join(folder, `${width}-${colorScheme}.png`);
      await page.screenshot({ path: picture });
      expect(statSync(picture).size).toBeGreaterThan(10_000);
      await page.context().close();
    },
  );
});
