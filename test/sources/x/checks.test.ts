import { expect, test } from 'vitest';
import type { Check } from '../../../src/core/check.ts';
import { readRule } from '../../../src/sources/x/rules/rule.ts';
import type { Fault, XStub } from '../../stubs/x.ts';
import { checkWith, defaultsOf, stage, type XSettings } from './harness.ts';

let stub: XStub;

const BTC = readRule('btc=bitcoin');

async function ready(settings: Parameters<typeof stage>[0] = {}, secrets?: Readonly<Record<string, string>>) {
  const set = await stage(settings, secrets);
  stub = set.stub;
  const check = (given: Partial<XSettings> = {}) =>
    checkWith(set.desk, defaultsOf(stub.url, { rules: [BTC], ...given }));
  return { ...set, examine: check };
}

const brief = (checks: readonly Check[]) =>
  checks.map(({ severity, what, detail }) => `${severity} ${what}: ${detail}`);

test('a healthy setup passes every check, and nothing is changed on X', async () => {
  const { examine, desk } = await ready();
  stub.book.add('from:stranger', 'foreign');
  desk.positions.set('x/tweets', '{"heard":"2026-03-01T00:00:00.000Z","month":"2026-03","posts":1234}');
  expect(brief(await examine({ maxPosts: 10_000 }))).toEqual([
    'ok X key: accepted',
    'ok X clock: the local clock agrees',
    'ok X rate limit: 449 of 450 rule requests left in this 15-minute window',
    'ok X rules: 1 on X, 1 requested: 1 to add, 0 to delete, 1 from elsewhere',
    'ok X posts: posts 1,234 of 10,000 this month',
  ]);
  expect(stub.book.rules).toHaveLength(1);
  expect(stub.log.accepted).toBe(0);
});

test('existing rules pass, missing rules fail, and the sample stream needs none', async () => {
  const { examine } = await ready();
  expect(brief(await examine({ rules: [] }))).toContain('error X rules: none on X, and none requested');
  stub.book.add('bitcoin', 'btc');
  expect(brief(await examine({ rules: [] }))).toContain('ok X rules: 1, used unchanged');
  expect(brief(await examine({ rules: [], sampleStream: true }))).toContain(
    'ok X rules: not needed for the sample stream',
  );
});

test('a rule that X rejects is an error, a value with another tag a warning', async () => {
  const { examine } = await ready();
  stub.book.add('bitcoin', 'theirs');
  const found = brief(await examine({ rules: [BTC, readRule('bad=-x')] }));
  expect(found).toContain('error X rules: -x: Rules must contain a non-negation term (at position 1)');
  expect(found).toContain("warn X rules: bitcoin exists with the tag 'theirs', not 'btc'");
});

test('every check that does not pass has a hint', async () => {
  const { examine, desk } = await ready({ rulesLimit: 3 });
  desk.positions.set('x/tweets', '{"heard":null,"month":"2026-03","posts":12}');
  await examine();
  stub.book.add('bitcoin', 'theirs');
  const found = await examine({ maxPosts: 10 });
  expect(brief(found)).toContain('warn X posts: posts 12 of 10 this month');
  expect(brief(found)).toContain('warn X rate limit: 0 of 3 rule requests left in this 15-minute window');
  expect(found.filter(({ severity, hint }) => severity !== 'ok' && !hint)).toEqual([]);
});

const ROWS: readonly [Fault, string][] = [
  ['401', 'error X: X rejected the key (HTTP 401: Unauthorized)'],
  ['402', 'error X: X requires payment (HTTP 402: CreditsDepleted: Your account has no credits left.)'],
  ['429', 'warn X: X is rate limiting (HTTP 429: Too Many Requests)'],
  ['503-html', 'error X: X does not answer (HTTP 503: an HTML page)'],
  ['reset', 'error X: X does not answer (HOST: ECONNRESET)'],
];
test.each(ROWS)('%s', async (fault, text) => {
  const { examine } = await ready();
  stub.fail(fault, { on: 'rules' });
  const [first] = await examine();
  expect(brief([first!])).toEqual([text.replace('HOST', new URL(stub.url).host)]);
  expect(first!.hint).toBeTruthy();
});

test('a missing key is an error', async () => {
  const { examine } = await ready({}, {});
  expect(brief(await examine())).toEqual(['error X: no key for X is set', 'ok X posts: posts 0 this month']);
});

test('a wrong clock is a warning', async () => {
  const { examine, desk } = await ready();
  const { now } = desk.clock;
  desk.now = () => now() + 61_000;
  expect(brief(await examine())).toContain(
    'warn X clock: the local clock is 1m ahead of the clock of the service',
  );
  desk.now = () => now() - 60_000;
  expect(brief(await examine())).toContain(
    'warn X clock: the local clock is 1m behind the clock of the service',
  );
});
