import { mkdtempSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openLocalLog } from '../../src/log/local/open.ts';
import type { Log } from '../../src/log/log.ts';
import { parseModel } from '../../src/market/relevance/model-text.ts';
import { systemClock } from '../../src/runtime/system-clock.ts';
import { processed } from '../market/relevance/picks.ts';
import { launch, openPage, type PageProcess, startPage } from './page-browser.ts';

const { source: axe } = createRequire(import.meta.url)('axe-core') as { readonly source: string };

let folder = '';
let log: Log;
let server: PageProcess;
let browser: Browser;
const startWithModel = (port = 0) =>
  startPage(folder, port, undefined, ['--relevance', join(folder, 'model.json')]);
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'page-'));
  log = await openLocalLog(folder, systemClock);
  const post = (id: string, text: string) => ({
    topic: 'tweets-processed',
    partitionKey: 'eth',
    key: id,
    value: JSON.stringify(processed(id, text)),
    headers: {},
  });
  await log.append([post('1', 'gas fees again'), post('2', '<b>to the moon</b>')]);
  server = await startWithModel();
  browser = await launch();
});
afterAll(async () => {
  await browser?.close();
  await server?.kill();
  await log?.close();
});

const picked = () =>
  parseModel(readFileSync(join(folder, 'model.json'), 'utf8')).picks.map(({ id, liked }) => [id, liked]);
const button = (page: Page, id: string, name: string) =>
  page.locator(`li[data-id="${id}"]`).getByRole('button', { name: new RegExp(`^${name} the post by`) });
const pressed = (page: Page, id: string, name: string) => button(page, id, name).getAttribute('aria-pressed');

test('posts are liked by mouse and by keyboard, the answer is spoken, and a reload shows the picks', async () => {
  const { page, complaints } = await openPage(browser, server.url);
  await button(page, '1', 'Like').click();
  await page.locator('#pick-state', { hasText: '1 pick (1 liked, 0 disliked)' }).waitFor();
  await button(page, '2', 'Dislike').focus();
  await page.keyboard.press('Enter');
  await page.locator('#pick-state', { hasText: '2 picks (1 liked, 1 disliked)' }).waitFor();
  expect(picked()).toEqual([
    ['1', true],
    ['2', false],
  ]);
  await page.reload();
  await expect.poll(() => pressed(page, '1', 'Like')).toBe('true');
  expect([await pressed(page, '1', 'Dislike'), await pressed(page, '2', 'Dislike')]).toEqual([
    'false',
    'true',
  ]);
  await page.evaluate(axe);
  expect(
    await page.evaluate('axe.run("#posts").then(({ violations }) => violations.map(({ id }) => id))'),
  ).toEqual([]);
  expect(complaints).toEqual([]);
  await page.context().close();
});

test('a page that stayed open while its server was started again can still like', async () => {
  const { page } = await openPage(browser, server.url);
  await button(page, '1', 'Dislike').waitFor();
  await server.kill();
  await page.locator('#connection[data-state=lost]').waitFor();
  server = await startWithModel(Number(new URL(server.url).port));
  await page.locator('#connection[data-state=live]').waitFor();
  await expect
    .poll(async () => {
      await button(page, '1', 'Dislike').click();
      return pressed(page, '1', 'Dislike');
    })
    .toBe('true');
  expect(picked()).toContainEqual(['1', false]);
  await page.context().close();
});

test('another site in the same browser cannot like', async () => {
  const { page } = await openPage(browser, server.url);
  const before = picked();
  const other = await startPage(folder);
  await page.goto(other.url);
  const send = (headers: string) =>
    page.evaluate(
      `fetch('${server.url}picks', { method: 'POST', mode: 'no-cors', headers: ${headers}, body: '{"coin":"eth","id":"2","like":true}' }).then(() => 'sent', () => 'blocked')`,
    );
  await send('{}');
  await send("{ 'content-type': 'application/json', 'x-cryptopipe-pick': 'guess' }");
  expect(picked()).toEqual(before);
  await page.context().close();
  await other.kill();
});

test('a page without --relevance has no buttons', async () => {
  const plain = await startPage(folder);
  const { page, complaints } = await openPage(browser, plain.url);
  await page.locator('li[data-id="1"]').waitFor();
  expect(await page.locator('.picks').first().isVisible()).toBe(false);
  expect(complaints).toEqual([]);
  await page.context().close();
  await plain.kill();
});
