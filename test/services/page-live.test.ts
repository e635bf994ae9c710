import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { openLocalLog } from '../../src/log/local/open.ts';
import type { Log } from '../../src/log/log.ts';
import { systemClock } from '../../src/runtime/system-clock.ts';
import { candleRecord, deletionOf, postOf } from '../page/records.ts';
import { launch, openPage, type PageProcess, startPage } from './page-browser.ts';

let bus = '';
let log: Log;
let server: PageProcess | undefined;
let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser?.close());
beforeEach(async () => {
  bus = mkdtempSync(join(tmpdir(), 'page-'));
  log = await openLocalLog(bus, systemClock);
});
afterEach(async () => {
  await server?.kill();
  await log.close();
});

test('a page whose server is killed says so, connects again by itself, and misses nothing', async () => {
  const ids: string[] = [];
  const appendPost = async () => {
    ids.push(`p${ids.length}`);
    await log.append([postOf(ids.at(-1)!, ids.length), candleRecord(10 * ids.length, { close: ids.length })]);
  };
  await appendPost();
  server = await startPage(bus);
  const { page } = await openPage(browser, server.url);
  for (let kill = 0; kill < 3; kill++) {
    await appendPost();
    await page.locator(`li[data-id=${ids.at(-1)}]`).waitFor();
    await server.kill();
    await appendPost();
    await page.locator('#banner', { hasText: 'No connection to cryptopipe since' }).waitFor();
    expect(await page.locator('#connection').textContent()).toBe('Reconnecting');
    if (kill === 1) {
      await log.append([deletionOf(ids[0]!)]);
      ids.splice(0, 1, 'deleted');
    }
    server = await startPage(bus, Number(new URL(server.url).port));
    await page.locator('#connection[data-state=live]').waitFor();
    expect(await page.locator('#banner').isVisible()).toBe(false);
  }
  const listed = () =>
    page.locator('#post-list li').evaluateAll((all) => all.map((one) => one.getAttribute('data-id')));
  await expect.poll(listed).toEqual(ids.filter((id) => id !== 'deleted').reverse());
  await page.locator('#values summary').click();
  const closes = () => page.locator('#values tbody tr td:nth-child(5)').allInnerTexts();
  await expect.poll(closes).toEqual(expect.arrayContaining(ids.map((_, i) => String(i + 1))));
});

test('a page whose token has changed says that it is signed out, and how to sign in', async () => {
  const [token, other] = ['a'.repeat(20), 'b'.repeat(20)];
  server = await startPage(bus, 0, token);
  const page = await (await browser.newContext()).newPage();
  const signIn = async (text: string) => {
    await page.locator('input[name=token]').fill(text);
    await page.keyboard.press('Enter');
    await page.locator('#connection[data-state=live]').waitFor();
  };
  await page.goto(server.url);
  await signIn(token);
  await server.kill();
  server = await startPage(bus, Number(new URL(server.url).port), other);
  await page.locator('#connection[data-state=signed-out]').waitFor();
  expect(await page.locator('#connection').textContent()).toBe('Signed out');
  await page.locator('#banner a', { hasText: 'Sign in' }).click();
  await signIn(other);
  await page.context().close();
});

test('10,000 candles scroll, and the times of the frames are printed', async () => {
  for (let at = 0; at < 10_000; at += 1000)
    await log.append(
      Array.from({ length: 1000 }, (_, i) =>
        candleRecord(at + i, {
          window: '1m',
          minutes: 1,
          close: 100 + 9 * Math.sin((at + i) / 40),
          volume: i,
        }),
      ).concat(Array.from({ length: 300 }, (_, i) => postOf(`${at + i}`, at + 3 * i))),
    );
  server = await startPage(bus);
  const { page, complaints } = await openPage(browser, server.url);
  const box = (await page.locator('#chart').boundingBox())!;
  await page.mouse.move(box.x + box.width / 2, box.y + 100);
  for (let step = 0; step < 12; step++) await page.mouse.wheel(0, 240);
  await page.evaluate(`
    window.frames_ = [];
    let last = performance.now();
    requestAnimationFrame(function next(now) { frames_.push(now - last); last = now; requestAnimationFrame(next); });
  `);
  for (let step = 0; step < 60; step++) await page.mouse.wheel(step < 30 ? -120 : 120, 0);
  const frames = ((await page.evaluate('frames_')) as number[]).sort((a, b) => a - b);
  const at = (part: number) => Math.round(frames[Math.floor(part * (frames.length - 1))]!);
  console.log(
    `10,000 candles: ${frames.length} frames, median ${at(0.5)} ms, 95 % within ${at(0.95)} ms, longest ${at(1)} ms`,
  );
  expect(frames.length).toBeGreaterThan(20);
  expect(complaints).toEqual([]);
});
