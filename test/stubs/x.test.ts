import { afterEach, expect, test } from 'vitest';
import { handClock } from '../hand-clock.ts';
import { startXStub, type XStub, type XStubSettings } from './x.ts';

interface Body {
  readonly data: readonly { readonly id: string }[];
  readonly meta: { readonly summary: object };
  readonly errors: readonly object[];
}

let stub: XStub;
afterEach(() => stub.close());

async function ready(settings: XStubSettings = {}) {
  const clock = handClock(Date.UTC(2026, 2, 2, 10));
  stub = await startXStub({ clock, tokens: ['t'], ...settings });
  const ask = async (path: string, body?: object, token = 't') => {
    const answer = await fetch(`${stub.url}/2/tweets/search/stream${path}`, {
      headers: { authorization: `Bearer ${token}` },
      ...(body && { method: 'POST', body: JSON.stringify(body) }),
    });
    return { status: answer.status, headers: answer.headers, body: (await answer.json()) as Body };
  };
  return { clock, ask };
}

test('the stub adds rules, lists them in pages and deletes them; without rules `data` is absent', async () => {
  const { ask } = await ready();
  expect((await ask('/rules')).body).toEqual({ meta: { sent: expect.any(String), result_count: 0 } });
  const added = await ask('/rules', { add: [{ value: 'a', tag: 'A' }, { value: 'b' }] });
  expect(added).toMatchObject({ status: 201, body: { meta: { summary: { created: 2, invalid: 0 } } } });
  const first = await ask('/rules?max_results=1');
  expect(first.body).toMatchObject({ data: [{ value: 'a', tag: 'A' }], meta: { next_token: '1' } });
  const second = await ask('/rules?max_results=1&pagination_token=1');
  expect(second.body.data).toEqual([{ id: expect.stringMatching(/^\d{19}$/), value: 'b' }]);
  const deleted = await ask('/rules', { delete: { ids: [first.body.data[0]!.id, '7'], values: ['b'] } });
  expect(deleted.body.meta.summary).toEqual({ deleted: 2, not_deleted: 1 });
  expect(stub.book.rules).toEqual([]);
});

test('a dry run changes nothing; duplicates, invalid rules and the rule limit are not HTTP errors', async () => {
  const { ask } = await ready({ ruleCap: 2 });
  await ask('/rules?dry_run=true', { add: [{ value: 'a' }] });
  expect(stub.book.rules).toEqual([]);
  const { id } = stub.book.add('a');
  const { status, body } = await ask('/rules', {
    add: [{ value: 'a' }, { value: '-b' }, { value: 'lang:en' }, { value: 'c' }, { value: 'd' }],
  });
  expect(status).toBe(201);
  expect(body.meta.summary).toEqual({ created: 1, not_created: 4, valid: 1, invalid: 4 });
  expect(body.errors).toMatchObject([
    { value: 'a', id, title: 'DuplicateRule' },
    { value: '-b', details: ['Rules must contain a non-negation term (at position 1)'] },
    { value: 'lang:en', title: 'UnprocessableEntity' },
    { value: 'd', type: expect.stringMatching(/rule-cap$/) },
  ]);
});

test('a stream needs rules and the key, allows one connection and sends its limits in headers', async () => {
  const { ask, clock } = await ready({ connectLimit: 3 });
  expect(await ask('')).toMatchObject({ status: 409, body: { connection_issue: 'RuleConfigurationIssue' } });
  expect((await ask('', undefined, 'other')).status).toBe(401);
  stub.book.add('bitcoin', 'btc');
  const stop = new AbortController();
  const open = await fetch(`${stub.url}/2/tweets/search/stream`, {
    headers: { authorization: 'Bearer t' },
    signal: stop.signal,
  });
  expect(open.headers.get('x-rate-limit-remaining')).toBe('0');
  const used = await ask('');
  expect([used.status, used.headers.get('x-rate-limit-reset')]).toEqual([
    429,
    String((clock.now() + 900_000) / 1000),
  ]);
  await clock.turn(900_000);
  expect(await ask('')).toMatchObject({ status: 429, body: { connection_issue: 'TooManyConnections' } });
  expect([stub.log.open, stub.log.mostOpen]).toEqual([1, 1]);
  stop.abort();
});

test('the stub invents posts that match the rules, at the given rate', async () => {
  const { clock } = await ready({ postsPerSecond: 5, keepAliveMs: 0 });
  stub.book.add('(python OR "machine learning") lang:en -is:retweet', 'py');
  const stop = new AbortController();
  const open = await fetch(`${stub.url}/2/tweets/search/stream`, {
    headers: { authorization: 'Bearer t' },
    signal: stop.signal,
  });
  for (let tick = 0; tick < 20; tick++) await clock.turn(100);
  while (stub.log.handedOver.length < 10) await new Promise(setImmediate);
  stop.abort();
  expect(open.status).toBe(200);
  const posts = stub.log.handedOver.map(({ line }) => JSON.parse(line));
  expect(posts).toHaveLength(10);
  for (const { data, matching_rules } of posts) {
    expect(data.text).toMatch(/python|machine learning/);
    expect(data.source).toContain('generated');
    expect(matching_rules).toEqual([{ id: stub.book.rules[0]!.id, tag: 'py' }]);
  }
});
