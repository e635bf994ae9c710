import { afterEach, describe, expect, test } from 'vitest';
import { hostName, isLoopback, isOwnHost, SECURITY_HEADERS } from '../../../src/page/server/guard.ts';
import { type Served, served } from './served.ts';

const open: Served[] = [];
afterEach(async () => {
  for (const page of open.splice(0)) await page.close();
});
async function start(changes: Parameters<typeof served>[0] = {}): Promise<Served> {
  const page = await served(changes);
  open.push(page);
  return page;
}

describe('the Host header', () => {
  test.each([
    ['127.0.0.1:8088', '127.0.0.1'],
    ['LocalHost', 'localhost'],
    ['[::1]:8088', '::1'],
    ['a b', undefined],
    ['evil.example@localhost', undefined],
    ['', undefined],
    [undefined, undefined],
  ])('the name in %s is %s', (header, name) => {
    expect(hostName(header)).toBe(name);
  });

  test('an IP address, localhost and listed names are served, other names are not', () => {
    const hosts = [
      '127.0.0.1:1',
      '[::1]',
      '192.168.0.7:80',
      'localhost:9',
      'desk.example',
      'evil.example',
      'localhost.evil.example',
    ];
    expect(hosts.filter((host) => !isOwnHost(host, ['desk.example']))).toEqual([
      'evil.example',
      'localhost.evil.example',
    ]);
  });

  test('a name that a foreign site made resolve to this machine gets nothing', async () => {
    const page = await start();
    for (const path of ['/', '/history', '/events', '/page.js'])
      expect([(await page.get(path, { host: 'evil.example' })).status, path]).toEqual([403, path]);
    expect((await page.get('/', { host: 'localhost:1' })).status).toBe(200);
  });

  test.each([
    ['127.0.0.1', true],
    ['127.9.9.9', true],
    ['::1', true],
    ['localhost', true],
    ['0.0.0.0', false],
    ['::', false],
    ['192.168.0.7', false],
    ['127.evil.example', false],
  ])('whether %s stays on this machine: %s', (host, stays) => {
    expect(isLoopback(host)).toBe(stays);
  });
});

describe('answers', () => {
  test('every answer forbids inline script, inline style, other origins and frames', async () => {
    const page = await start();
    const policy = SECURITY_HEADERS['content-security-policy'];
    expect(policy).not.toMatch(/unsafe|\*|http/);
    for (const path of ['/', '/history', '/page.js', '/page.css', '/icon.svg', '/sign-in', '/none']) {
      const { headers } = await page.get(path);
      expect([path, headers['content-security-policy'], headers['x-content-type-options']]).toEqual([
        path,
        policy,
        'nosniff',
      ]);
      expect(headers['access-control-allow-origin']).toBeUndefined();
    }
  });

  test('the page has no inline script, no inline style and no foreign address but the link that its licence asks for', async () => {
    const page = await start();
    const { body } = await page.get('/');
    expect(body).not.toMatch(/<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=/);
    expect([...body.matchAll(/https?:\/\/[^"' <]+/g)].map(([address]) => address)).toEqual([
      'https://www.tradingview.com/',
    ]);
  });

  test('another site is refused, other methods too, and an unchanged file is not sent again', async () => {
    const page = await start();
    expect((await page.get('/history', { 'sec-fetch-site': 'cross-site' })).status).toBe(403);
    expect((await page.post('/history', '')).status).toBe(405);
    expect((await page.post('/sign-in', 'token=')).headers.location).toBe('/sign-in?wrong');
    const { headers } = await page.get('/page.js');
    expect((await page.get('/page.js', { 'if-none-match': headers.etag! })).status).toBe(304);
  });
});

describe('a token', () => {
  const token = 'correct-horse-battery';

  test('nothing of the bus is shown without the token', async () => {
    const page = await start({ token });
    expect((await page.get('/')).headers.location).toBe('/sign-in');
    for (const path of ['/history', '/events'])
      for (const headers of [
        {},
        { authorization: 'Bearer wrong' },
        { cookie: 'cryptopipe_page=wrong' },
        { cookie: `cryptopipe_page=${token}` },
      ])
        expect((await page.get(path, headers as Record<string, string>)).status).toBe(401);
  });

  test('the form sets a cookie that does not contain the token and holds after a restart', async () => {
    const page = await start({ token });
    const wrong = await page.post('/sign-in', 'token=wrong');
    expect([wrong.headers.location, wrong.headers['set-cookie']]).toEqual(['/sign-in?wrong', undefined]);
    const [cookie] = (await page.post('/sign-in', `token=${token}`)).headers['set-cookie']!;
    expect(cookie).toMatch(/; HttpOnly; SameSite=Strict;/);
    expect(cookie).not.toContain(token);
    await page.stop();
    await page.serve({ token });
    expect((await page.get('/history', { cookie: cookie!.split(';')[0]! })).status).toBe(200);
  });

  test('a program may send the token as a bearer', async () => {
    const page = await start({ token });
    expect((await page.get('/history', { authorization: `Bearer ${token}` })).status).toBe(200);
  });
});
