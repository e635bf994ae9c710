import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import type { Chunk } from '../../../../src/sources/source.ts';
import { coinRule, readRule } from '../../../../src/sources/x/rules/rule.ts';
import { x } from '../../../../src/sources/x/x.ts';
import type { XStub, XStubSettings } from '../../../stubs/x.ts';
import { connected, type Desk, defaultsOf, pass, type Run, run, stage, type XSettings } from '../harness.ts';

let stub: XStub;
let running: Run | undefined;
const folders: string[] = [];
afterEach(async () => {
  await running?.stop().catch(() => {});
  await stub.close();
  running = undefined;
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

async function ready(settings: XStubSettings = {}) {
  const set = await stage(settings);
  stub = set.stub;
  let streams = 0;
  /** Starts with these settings until the stream is open, then stops. */
  const start = async (given: Partial<XSettings & { topic: string }>) => {
    running = run(set.desk, stub.url, given);
    await Promise.race([connected(stub, set.clock, ++streams), running.ended]);
    await pass(set.clock, 100);
    await running.stop();
  };
  return { ...set, start };
}

const activeRules = () => stub.book.rules.map(({ tag, value }) => `${tag}: ${value}`);
const changes = () => stub.log.of('/rules', 'POST').filter(({ query }) => !query.has('dry_run'));
const errorOf = ({ ended }: Run) =>
  ended.then(
    () => undefined,
    (error: unknown) => error,
  );
const BTC = readRule('btc=bitcoin');
const ETH = readRule('eth=ethereum');
const say = (desk: Desk) => desk.logged.join('\n');

test('what is missing is added, and a second start changes nothing', async () => {
  const { start, desk } = await ready();
  await start({ coins: ['btc', 'eth'], rules: [readRule('py=python, or java lang:en')] });
  expect(activeRules()).toEqual([
    'btc: (btc OR bitcoin OR xbt OR $BTC OR #btc OR #bitcoin OR #xbt) -is:nullcast',
    'eth: (eth OR ethereum OR $ETH OR #eth OR #ethereum OR #ether) -is:nullcast',
    'py: python, or java lang:en',
  ]);
  const before = { rules: [...stub.book.rules], posts: stub.log.of('/rules', 'POST').length };
  await start({ coins: ['btc', 'eth'], rules: [readRule('py=python, or java lang:en')] });
  expect(stub.book.rules).toEqual(before.rules);
  expect(stub.log.of('/rules', 'POST')).toHaveLength(before.posts);
  expect(say(desk)).toBe('X: 3 rules added, 0 deleted, 0 unchanged');
});

test('a rule that X does not delete is reported, stays ours, and is deleted by a later start', async () => {
  const { start, desk } = await ready();
  await start({ rules: [BTC, ETH] });
  stub.book.stuck.add('ethereum');
  await start({ rules: [BTC] });
  expect(activeRules()).toEqual(['btc: bitcoin', 'eth: ethereum']);
  expect(desk.logged.slice(1)).toEqual([
    'X did not delete these rules (RuleNotDeleted), so they keep delivering posts; the next start tries again: eth: ethereum',
    'X: 0 rules added, 0 deleted, 2 unchanged',
  ]);
  stub.book.stuck.clear();
  await start({ rules: [BTC] });
  expect(activeRules()).toEqual(['btc: bitcoin']);
  expect(desk.logged.at(-1)).toBe('X: 0 rules added, 1 deleted, 1 unchanged');
});

test('a rule that X does not delete keeps its old tag', async () => {
  const { start, desk } = await ready();
  await start({ rules: [BTC] });
  stub.book.stuck.add('bitcoin');
  await start({ rules: [readRule('coin=bitcoin')] });
  expect(activeRules()).toEqual(['btc: bitcoin']);
  expect(desk.logged.at(-1)).toBe('X: 0 rules added, 0 deleted, 1 unchanged');
  stub.book.stuck.clear();
  await start({ rules: [readRule('coin=bitcoin')] });
  expect(activeRules()).toEqual(['coin: bitcoin']);
});

test('a rule that X has deleted already is not an error', async () => {
  const { start, desk } = await ready();
  await start({ rules: [BTC, ETH] });
  stub.book.stuck.add('ethereum');
  await start({ rules: [BTC] });
  // Its deletion breaks off after X has done it, and is asked for again.
  stub.book.stuck.clear();
  const { change } = stub.book;
  stub.book.change = (...given) => {
    stub.book.change = change;
    change.apply(stub.book, given);
    return [503, { title: 'Service Unavailable', status: 503 }];
  };
  await start({ rules: [BTC] });
  expect(activeRules()).toEqual(['btc: bitcoin']);
  expect(desk.logged.filter((line) => line.startsWith('X did not delete'))).toHaveLength(1);
});

test('our rules that are no longer requested are deleted, foreign rules stay', async () => {
  const { start, desk } = await ready();
  stub.book.add('from:stranger', 'foreign');
  await start({ rules: [BTC, ETH] });
  await start({ rules: [ETH] });
  expect(activeRules()).toEqual(['foreign: from:stranger', 'eth: ethereum']);
  expect(say(desk)).toContain('1 other rule of this app stays and delivers posts too; ');
  await start({ rules: [] });
  expect(activeRules()).toEqual(['foreign: from:stranger', 'eth: ethereum']);
});

test('a rule that was there already as it is wanted counts as ours from then on', async () => {
  const { start } = await ready();
  stub.book.add('bitcoin', 'btc');
  await start({ rules: [BTC] });
  expect(changes()).toEqual([]);
  await start({ rules: [ETH] });
  expect(activeRules()).toEqual(['eth: ethereum']);
});

test('--replace-rules deletes rules that you did not request, whoever added it', async () => {
  const { start } = await ready();
  stub.book.add('from:stranger', 'foreign');
  stub.book.add('bitcoin', 'other tag');
  await start({ rules: [BTC], replaceRules: true });
  expect(activeRules()).toEqual(['btc: bitcoin']);
});

test('a rule of ours gets another tag: it is deleted and added', async () => {
  const { start } = await ready();
  await start({ rules: [BTC] });
  await start({ rules: [readRule('coins=bitcoin')] });
  expect(activeRules()).toEqual(['coins: bitcoin']);
});

test('a value that exists with a tag of another user is kept, with a warning', async () => {
  const { start, desk } = await ready();
  stub.book.add('bitcoin', 'theirs');
  await start({ rules: [BTC] });
  expect(activeRules()).toEqual(['theirs: bitcoin']);
  expect(say(desk)).toContain("its posts carry that tag, not 'btc'; --replace-rules");
});

test('a run killed between adding and storing its rules recognizes them', async () => {
  const { start, desk } = await ready();
  running = run(desk, stub.url, { rules: [BTC] });
  await connected(stub, desk.clock);
  running.kill();
  desk.positions.delete('x/tweets');
  await start({ rules: [ETH] }).catch(() => {});
  expect(activeRules()).toEqual(['eth: ethereum']);
});

test('rules are changed at X once they are written down as ours: a run killed after that knows them', async () => {
  const { desk } = await ready();
  const settings = { ...defaultsOf(stub.url, { rules: [BTC] }), topic: undefined };
  const context = desk.context(new AbortController().signal);
  const chunks = x.read({ ...settings, kinds: ['tweets'] }, context)[Symbol.asyncIterator]();
  const take = async (): Promise<Chunk> => (await chunks.next()).value;
  expect((await take()).position?.name).toBe('x-rules');
  // A stage has written a chunk when it has taken the next one.
  await take();
  expect(changes()).toEqual([]);
  await take();
  expect(changes()).toHaveLength(1);
  await chunks.return?.();
});

test("a topic's name, whatever it is, does not make a run forget its rules", async () => {
  const { start } = await ready();
  await start({ rules: [BTC], topic: 'rules' });
  await start({ rules: [ETH], topic: 'rules' });
  expect(activeRules()).toEqual(['eth: ethereum']);
});

test('many rules are added and listed in pages', async () => {
  const { start } = await ready({ ruleCap: 2500 });
  for (let index = 0; index < 1200; index++) stub.book.add(`word${index}`, 'foreign');
  const rules = Array.from({ length: 250 }, (_, index) => readRule(`t${index}=other${index}`));
  await start({ rules });
  expect(activeRules()).toHaveLength(1450);
  expect(changes()).toHaveLength(3);
  await start({ rules });
  expect(changes()).toHaveLength(3);
  expect(stub.log.of('/rules', 'GET').map(({ query }) => query.get('pagination_token'))).toEqual([
    null,
    '1000',
    null,
    '1000',
  ]);
});

test("invalid rules are all reported with X's own words, and nothing is changed", async () => {
  const { desk } = await ready();
  running = run(desk, stub.url, {
    rules: [BTC, readRule('a=-b'), readRule('b=(open'), readRule(`c=${'x'.repeat(1100)}`)],
  });
  expect(await errorOf(running)).toMatchObject({
    code: 'usage',
    message: [
      'X rejected the rule -b: Rules must contain a non-negation term (at position 1)',
      "X rejected the rule (open: mismatched input '(' or ')' (at position 1)",
      `X rejected the rule ${'x'.repeat(1100)}: Rule is too long: 1100 of 1024 characters (at position 1)`,
    ].join('\n'),
  });
  expect(activeRules()).toEqual([]);
});

test('at the limit of rules the error has a hint; rules about to be deleted make room', async () => {
  const { start, desk } = await ready({ ruleCap: 2 });
  await start({ rules: [BTC, ETH] });
  await start({ rules: [readRule('sol=solana'), readRule('ada=cardano')] });
  expect(activeRules()).toEqual(['sol: solana', 'ada: cardano']);
  running = run(desk, stub.url, { rules: [BTC, ETH, readRule('sol=solana')] });
  expect(await errorOf(running)).toMatchObject({
    code: 'usage',
    hint: expect.stringContaining('--replace-rules'),
  });
});

test('no rules asked for: those at X are used; none there either is a wrong use', async () => {
  const { start, desk } = await ready();
  running = run(desk, stub.url, {});
  expect(await errorOf(running)).toMatchObject({
    code: 'usage',
    hint: expect.stringContaining('--coin btc,eth'),
  });
  stub.book.add('bitcoin', 'theirs');
  await start({});
  expect(changes()).toEqual([]);
});

test('the same value with two tags is a wrong use', async () => {
  const { desk } = await ready();
  running = run(desk, stub.url, { rules: [BTC, readRule('other=bitcoin')] });
  expect(await errorOf(running)).toMatchObject({
    code: 'usage',
    message: expect.stringContaining('two tags'),
  });
});

test('--dry-run shows what would change, changes nothing and ends', async () => {
  const { start, desk } = await ready();
  stub.book.add('from:stranger', 'foreign');
  await start({ rules: [BTC] });
  const before = activeRules();
  running = run(desk, stub.url, { rules: [ETH], dryRun: true });
  await running.ended;
  expect(desk.printed).toEqual(['+ eth: ethereum', '- btc: bitcoin', '= foreign: from:stranger']);
  expect(activeRules()).toEqual(before);
  running = run(desk, stub.url, { rules: [readRule('bad=-x')], dryRun: true });
  expect(await errorOf(running)).toMatchObject({
    message: expect.stringContaining('-x: Rules must contain'),
  });
});

test('a file of companies follows each by its name', async () => {
  const { start, desk } = await ready();
  const folder = mkdtempSync(join(tmpdir(), 'cryptopipe-x-'));
  folders.push(folder);
  const file = join(folder, 'companies.txt');
  writeFileSync(file, '# companies\nTesla\n\nBank of America\nAsana: entity:"Asana" lang:en\n');
  await start({ rulesFile: file });
  expect(activeRules()).toEqual([
    'Tesla: Tesla',
    'Bank of America: "Bank of America"',
    'Asana: entity:"Asana" lang:en',
  ]);
  running = run(desk, stub.url, { rulesFile: join(folder, 'no.txt') });
  expect(await errorOf(running)).toMatchObject({
    code: 'usage',
    message: expect.stringContaining('no such file'),
  });
});

test('an unknown coin gets a rule of its own', async () => {
  const { start } = await ready();
  await start({ coins: ['wxyz'] });
  expect(activeRules()).toEqual([`wxyz: ${coinRule('wxyz').value}`]);
  expect(activeRules()).toEqual(['wxyz: ($WXYZ OR #wxyz) -is:nullcast']);
});
