import { afterEach, beforeEach, expect, test } from 'vitest';
import { UserError } from '../../../src/core/errors.ts';
import type { PickState } from '../../../src/page/model/wire.ts';
import { PICK_HEADER, type PickStore } from '../../../src/page/server/pick-desk.ts';
import { deletionOf, postOf } from '../records.ts';
import { type Served, served } from './served.ts';

let added: [id: string, liked: boolean][] = [];
let failure: Error | undefined;
/** Remembers what it is given. */
const store: PickStore = {
  lists: () => ({ liked: ['old'], disliked: [] }),
  add(post, liked) {
    if (failure !== undefined) throw failure;
    added.push([JSON.parse(post).id, liked]);
    return `learned ${added.length}`;
  },
};

const pages: Served[] = [];
let page: Served;
async function start(changes: Parameters<typeof served>[0] = {}): Promise<Served> {
  page = await served({ picks: store, ...changes });
  pages.push(page);
  await page.append(postOf('1', 1), postOf('2', 2));
  await page.eventually(async () => (await page.history()).newest.length === 2);
  return page;
}
beforeEach(() => {
  added = [];
  failure = undefined;
});
afterEach(async () => {
  for (const one of pages.splice(0)) await one.close();
});

const state = async () => JSON.parse((await page.get('/picks')).body) as PickState;
/** The headers that the page sends. */
async function ownHeaders(): Promise<Record<string, string>> {
  const { origin } = new URL(page.url);
  return {
    'content-type': 'application/json',
    'sec-fetch-site': 'same-origin',
    origin,
    [PICK_HEADER]: (await state()).token,
  };
}
const LIKE = JSON.stringify({ coin: 'btc', id: '1', like: true });
const pick = async (body = LIKE, changes: Record<string, string> = {}) =>
  page.post('/picks', body, { ...(await ownHeaders()), ...changes });

test('a like and a dislike reach the store with the record of the post, and the answer says what was learned', async () => {
  await start();
  expect((await state()).liked).toEqual(['old']);
  expect(await pick()).toMatchObject({ status: 200, body: 'learned 1\n' });
  await pick(JSON.stringify({ coin: 'btc', id: '2', like: false }));
  expect(added).toEqual([
    ['1', true],
    ['2', false],
  ]);
});

test.each([
  ['the origin of another site', { origin: 'http://evil.example' }],
  ['the origin of another port', { origin: 'http://127.0.0.1:1' }],
  ['no origin', { origin: '' }],
  ['a request of another site', { 'sec-fetch-site': 'cross-site' }],
  ['a request of another port of this machine', { 'sec-fetch-site': 'same-site' }],
  ['a wrong token', { [PICK_HEADER]: 'wrong' }],
  ['no token', { [PICK_HEADER]: '' }],
  ['what a form can send', { 'content-type': 'text/plain' }],
  ['the name of another machine', { host: 'desk.example' }],
])('%s is refused', async (_, changes) => {
  await start({ names: ['desk.example'] });
  expect((await pick(LIKE, changes)).status).toBe(403);
  expect(added).toEqual([]);
});

test('another port of this machine does not get the token', async () => {
  await start();
  expect((await page.get('/picks', { 'sec-fetch-site': 'same-site' })).body).toBe('null');
  expect((await page.get('/picks', { host: '192.168.0.7' })).body).toBe('null');
});

test('a page with a token takes picks of those who signed in', async () => {
  const secret = 't'.repeat(20);
  const guarded = await served({ picks: store, token: secret });
  pages.push(guarded);
  expect((await guarded.get('/picks')).status).toBe(401);
  expect((await guarded.get('/picks', { authorization: `Bearer ${secret}` })).status).toBe(200);
});

test('a page without a model takes no picks', async () => {
  await start({ picks: undefined });
  expect((await page.get('/picks')).body).toBe('null');
  expect((await page.post('/picks', LIKE)).status).toBe(404);
});

test.each([
  ['nothing', ''],
  ['a list', '[]'],
  ['a number for a like', '{"coin":"btc","id":"1","like":1}'],
  ['a post without its coin', '{"id":"1","like":true}'],
  ['more than a form', `"${'x'.repeat(5000)}"`],
])('a body that is no pick is refused: %s', async (_, body) => {
  await start();
  expect((await pick(body)).status).toBe(400);
});

test('a deleted post cannot be picked, nor one of another coin', async () => {
  await start();
  expect((await pick(JSON.stringify({ coin: 'eth', id: '1', like: true }))).status).toBe(404);
  await page.append(deletionOf('1'));
  await page.eventually(async () => (await page.history()).newest.length === 1);
  expect((await pick()).status).toBe(404);
});

test('a model that another run is changing is refused with a hint', async () => {
  await start();
  failure = new UserError('locked', 'another run is changing the model', 'Wait.');
  expect(await pick()).toMatchObject({ status: 409, body: 'another run is changing the model. Wait.\n' });
});
