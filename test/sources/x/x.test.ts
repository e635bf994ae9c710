import { expect, test } from 'vitest';
import type { Settings } from '../../../src/core/option.ts';
import { select } from '../../../src/processors/select.ts';
import { planRules } from '../../../src/sources/x/rules/reconcile.ts';
import { readRule } from '../../../src/sources/x/rules/rule.ts';
import { formatPosition, parsePosition, parseSet } from '../../../src/sources/x/stream/position.ts';
import { postTopics } from '../../../src/sources/x/stream/topics.ts';
import { x } from '../../../src/sources/x/x.ts';
import { xOptions } from '../../../src/sources/x/x-options.ts';
import { connected, defaultsOf, pass, run, stage } from './harness.ts';

const check = (given: Parameters<typeof defaultsOf>[1]) =>
  x.check!(defaultsOf('https://api.x.com', given), ['tweets']);

test('the source declares its keys and that it is endless', () => {
  expect(x.live!.secrets[0]).toEqual(['X_BEARER_TOKEN']);
  expect(x.live!.endless).toBe(true);
});

test('conflicting settings are reported', () => {
  const btc = readRule('btc=bitcoin');
  expect(check({ rules: [btc], replaceRules: true })).toEqual([]);
  expect(check({ sampleStream: true, coins: ['btc'] })).toEqual([]);
  expect(check({ sampleStream: true, rules: [btc] })[0]).toContain('uses no rules');
  expect(check({ replaceRules: true })[0]).toContain('add --coin, --rule or --rules-file');
});

test('options are parsed, and invalid values are rejected', () => {
  expect(xOptions.rules.parse('a=x, y\nb=z')).toEqual([
    { tag: 'a', value: 'x, y' },
    { tag: 'b', value: 'z' },
  ]);
  expect(() => xOptions.rules.parse(' ')).toThrow(RangeError);
  expect(xOptions.backfill.parse('5m')).toBe(300_000);
  for (const text of ['90s', '6m', '5']) expect(() => xOptions.backfill.parse(text)).toThrow(RangeError);
  expect(xOptions.url.parse('http://127.0.0.1:8701/')).toBe('http://127.0.0.1:8701');
  for (const text of ['api.x.com', 'ftp://x', 'http://u:p@x', 'http://x?a=1'])
    expect(() => xOptions.url.parse(text)).toThrow(RangeError);
  expect(() => xOptions.maxPosts.parse('-1')).toThrow(RangeError);
});

test('a topic is filled with the tags of rules, which posts of the sample stream have not', () => {
  const fills = (given: Parameters<typeof defaultsOf>[1]) =>
    x.fills!(defaultsOf('https://api.x.com', given), ['tweets']);
  expect(fills({})).toEqual(['tag', 'coin', 'coin_name']);
  expect(fills({ sampleStream: true })).toEqual([]);
  expect(postTopics('t-{tag}', ['a b', 'a/b']).all()).toEqual(['t-a_b']);
  expect(postTopics('{coin}', ['Bitcoin', 'Tesla']).all()).toEqual(['btc', 'tesla']);
  expect(postTopics('{coin_name}', ['BTC', 'Tesla']).all()).toEqual(['bitcoin', 'tesla']);
  expect(postTopics('{tag}', []).of([])).toEqual(['untagged']);
});

test('an invalid stored position counts as none', () => {
  const now = Date.UTC(2026, 2, 2);
  const none = { lastSeen: undefined, month: '2026-03', posts: 0 };
  for (const text of [undefined, '', '[]', 'null', '{"heard":7}', '{"heard":"never","posts":"many"}'])
    expect(parsePosition(text, now), text).toEqual(none);
  const stored = { lastSeen: now, month: '2026-02', posts: 7 };
  expect(parsePosition(formatPosition(stored), now)).toEqual(stored);
});

test('with damaged stored rules our rules count as foreign', () => {
  for (const text of [undefined, '', '{}', '[1]']) expect(parseSet(text).size, text).toBe(0);
  const activeRules = [{ id: '1', tag: 'btc', value: 'bitcoin' }];
  expect(planRules([readRule('eth=eth')], activeRules, parseSet('x'), false).foreign).toEqual(activeRules);
});

test('posts that a reconnect repeats leave select once', async () => {
  const { stub, clock, desk } = await stage();
  const running = run(desk, stub.url, { coins: ['btc'], backfill: 300_000 });
  await connected(stub, clock);
  for (let count = 0; count < 20; count++) stub.post({ tags: ['btc'] });
  await pass(clock, 300);
  await stub.hangUp('cut');
  await connected(stub, clock, 2);
  await pass(clock, 300);
  await running.stop();
  await stub.close();
  expect(desk.of('tweets')).toHaveLength(40);
  const settings = Object.fromEntries(
    Object.entries(select.options).map(([name, option]) => [name, option.fallback]),
  ) as Settings<typeof select.options>;
  const logic = select.build(settings, new Map());
  const written: string[] = [];
  const dropped: string[] = [];
  for (const [offset, { key, value, headers }] of desk.of('tweets').entries())
    logic.accept(
      { topic: 'tweets', from: 'tweets', partition: 0, offset, key, value: JSON.parse(value!), headers },
      {
        emit: (output) => written.push(output.key),
        late: () => expect.unreachable(),
        drop: (reason) => void dropped.push(reason),
      },
    );
  expect(new Set(written).size).toBe(20);
  expect(written).toHaveLength(20);
  expect(dropped).toHaveLength(20);
});
