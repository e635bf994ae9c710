import { expect, test } from 'vitest';
import { readTweet } from '../../../../src/market/posts/tweet.ts';
import { readRule } from '../../../../src/sources/x/rules/rule.ts';
import { complianceLine, type XStub, type XStubSettings } from '../../../stubs/x.ts';
import {
  connected,
  type Desk,
  pass,
  passUntil,
  type Run,
  run,
  stage,
  turnLoop,
  type XSettings,
} from '../harness.ts';

let stub: XStub;
let running: Run | undefined;

const BTC = { rules: [readRule('btc=bitcoin')] };

async function live(settings: XStubSettings = {}, given: Partial<XSettings & { topic: string }> = BTC) {
  const set = await stage(settings);
  stub = set.stub;
  running = run(set.desk, stub.url, given);
  await connected(stub, set.clock);
  return { ...set, desk: set.desk as Desk, arrive: (count: number) => arrive(set, count) };
}

const arrive = ({ clock, desk }: Awaited<ReturnType<typeof stage>>, count: number) =>
  passUntil(clock, () => desk.of('tweets').length >= count, 5000);

test('posts are written unchanged, keyed by id', async () => {
  const { desk, clock, arrive } = await live();
  const posts = [stub.post(), stub.post({ text: 'a "quoted" \u2028 line 🚀' })];
  await arrive(2);
  expect(desk.of('tweets')).toEqual(
    posts.map(({ id, line }) => ({
      topic: 'tweets',
      partitionKey: id,
      key: id,
      value: line,
      headers: { source: 'x', schema: 'tweet/1', received_at: '2026-03-02T10:15:00.000Z' },
    })),
  );
  expect(desk.logged).toEqual(['X: 1 rule added, 0 deleted, 0 unchanged']);
  expect(desk.status).toBe('posts 2 this month');
  expect(clock.now()).toBeLessThan(Date.UTC(2026, 2, 2, 10, 15, 1));
});

test('the request names the fields that processors use and has a User-Agent', async () => {
  await live();
  const [request] = stub.log.of('/search/stream');
  expect(Object.fromEntries(request!.query)).toEqual({
    'tweet.fields':
      'created_at,lang,public_metrics,entities,author_id,referenced_tweets,possibly_sensitive,note_tweet,article',
    expansions: 'author_id,referenced_tweets.id,referenced_tweets.id.author_id',
    'user.fields': 'username,name,public_metrics,verified,created_at',
  });
  expect(request!.headers['user-agent']).toBe('cryptopipe');
});

test('an emoji cut into four chunks is read', async () => {
  const { desk, arrive } = await live();
  const line = JSON.stringify({
    data: { id: '42', text: 'to the moon 🚀' },
    matching_rules: [{ id: '1', tag: 'btc' }],
  });
  const bytes = Buffer.from(`${line}\r\n`);
  const rocket = bytes.indexOf(Buffer.from('🚀'));
  for (let at = 0; at < bytes.length; at = at < rocket ? rocket : at < rocket + 4 ? at + 1 : bytes.length) {
    const end = at < rocket ? rocket : at < rocket + 4 ? at + 1 : bytes.length;
    await stub.say(bytes.subarray(at, end));
    await turnLoop(4);
  }
  await arrive(1);
  expect(desk.of('tweets')[0]!.value).toBe(line);
});

test("a lone '\\r\\n' chunk that ends a cut line does not count as a keep-alive", async () => {
  const { desk, clock, arrive } = await live({ keepAliveMs: 0 });
  await stub.say('{"data":{"id":"42","text"');
  await turnLoop(4);
  await stub.say(':"cut"}}');
  await turnLoop(4);
  await stub.say('\r\n');
  await turnLoop(4);
  await stub.say('\r\n');
  await arrive(1);
  expect(desk.of('tweets')[0]!.value).toBe('{"data":{"id":"42","text":"cut"}}');
  await pass(clock, 200);
  expect(desk.counts).toEqual({ 'keep-alive': 1 });
});

test.each(['random', 'bytes'] as const)('chunks may be cut anywhere: %s', async (cutting) => {
  const { desk, arrive } = await live({ cutting });
  const posts = Array.from({ length: 40 }, () => stub.post());
  await arrive(40);
  expect(desk.of('tweets').map(({ value }) => value)).toEqual(posts.map(({ line }) => line));
});

test('both spellings of the renamed fields are written and read', async () => {
  const { desk, arrive } = await live({ spelling: 'post' });
  const { line } = stub.post({ text: 'bitcoin '.repeat(60) });
  await arrive(1);
  expect(line).toContain('note_post');
  expect(desk.of('tweets')[0]!.value).toBe(line);
  expect(readTweet(JSON.parse(line)).id).toBe(desk.ids()[0]);
});

test('compliance events are keyed by the id of the post, others are counted', async () => {
  const { desk, arrive, clock } = await live();
  const at = clock.now();
  const lines = [
    complianceLine('delete', '101', at),
    complianceLine('tweet_edit', '102', at),
    complianceLine('withheld', '103', at),
    complianceLine('scrub_geo', '104', at),
    '{"data":{"delete":{"post":{"id":"105"}}}}',
    '{"delete":{"status":{"id":106,"id_str":"106","user_id_str":"1"}}}',
    '{"limit":{"track":22}}',
    '{"warning":{"code":"FALLING_BEHIND"}}',
    '{"errors":[{"title":"Not Found Error","type":"https://api.x.com/2/problems/resource-not-found"}]}',
  ];
  await stub.say(lines.map((line) => `${line}\r\n`).join(''));
  await arrive(6);
  expect(desk.ids()).toEqual(['101', '102', '103', '104', '105', '106']);
  expect(desk.of('tweets').map(({ value }) => value)).toEqual(lines.slice(0, 6));
  expect(desk.counts).toEqual({ limit: 1, warning: 1, errors: 1 });
  expect(desk.status).toBe('posts 0 this month');
});

test('a line with data and errors keeps the data', async () => {
  const { desk, arrive } = await live();
  const line =
    '{"data":{"id":"7","text":"a"},"errors":[{"title":"Not Found Error","type":"x/resource-not-found"}]}';
  await stub.say(`${line}\r\n`);
  await arrive(1);
  expect(desk.of('tweets')[0]!.value).toBe(line);
});

test('lines that are not posts go to rejects, and reading continues', async () => {
  const { desk, arrive } = await live();
  const long = `{"data":{"id":"1","text":"${'x'.repeat(2 ** 20)}"}}`;
  await stub.say(`<html>\r\n[1]\r\n{"data":{"text":"no id"}}\r\n${long}\r\n`);
  const { id } = stub.post();
  await arrive(1);
  expect(desk.ids()).toEqual([id]);
  const rejects = desk.of('rejects').map(({ value }) => JSON.parse(value!));
  expect(rejects.map(({ why }) => why)).toEqual([
    expect.stringMatching(/^not JSON: /),
    'not a JSON object',
    'data.id is missing',
    'longer than 1 MB',
  ]);
  expect(rejects[0]).toMatchObject({ topic: 'tweets', source: 'x', text: '<html>' });
  expect(rejects[3].text.length).toBe(2000);
});

test('a chunk is at most 500 lines, and is written after 100 ms', async () => {
  const { desk, clock, arrive } = await live();
  stub.post();
  await turnLoop();
  const { length } = desk.sizes;
  expect(desk.of('tweets')).toEqual([]);
  await clock.turn(100);
  await turnLoop();
  expect(desk.sizes.slice(length)).toEqual([1]);
  for (let count = 0; count < 1200; count++) stub.post();
  await arrive(1201);
  expect(Math.max(...desk.sizes)).toBe(500);
});

test('a slow consumer makes the stream pause, and nothing is lost', async () => {
  const { desk, arrive } = await live();
  running!.hold(true);
  const posts: string[] = [];
  for (let block = 0; block < 60; block++) {
    for (let count = 0; count < 200; count++) posts.push(stub.post().id);
    await turnLoop(3);
  }
  expect(stub.log.handedOver.length).toBeLessThan(posts.length);
  running!.hold(false);
  await arrive(posts.length);
  expect(desk.ids()).toEqual(posts);
});

test('a drop while the consumer is slow loses nothing that was read', async () => {
  const { desk, clock } = await live();
  running!.hold(true);
  for (let count = 0; count < 3000; count++) stub.post();
  await turnLoop(40);
  for (let count = 0; count < 20; count++) stub.post();
  await turnLoop(40);
  await stub.hangUp('drop');
  await turnLoop();
  const handed = stub.log.handedOver.map(({ id }) => id);
  running!.hold(false);
  await connected(stub, clock, 2);
  await pass(clock, 1000);
  expect(new Set(desk.ids())).toEqual(new Set(handed));
});

test('a stop closes the stream at once and yields the buffered posts', async () => {
  const { desk } = await live();
  const { id } = stub.post();
  await turnLoop();
  await running!.stop();
  expect(desk.ids()).toEqual([id]);
  await turnLoop();
  expect(stub.log.open).toBe(0);
});

test('the sample stream needs no rules and takes every post', async () => {
  const { desk, arrive } = await live({}, { sampleStream: true, coins: ['btc'] });
  const { id } = stub.post();
  await arrive(1);
  expect(desk.ids()).toEqual([id]);
  expect(desk.of('tweets')[0]!.value).not.toContain('matching_rules');
  expect(stub.log.of('/rules')).toEqual([]);
  expect(desk.logged).toEqual(['--sample-stream: --coin does not filter the posts']);
});

test('with a topic per tag a post goes to the topic of each tag, once', async () => {
  const rules = [readRule('Tesla=tesla'), readRule('Johnson & Johnson="j&j"'), readRule('Tesla=tsla stock')];
  const { desk, clock } = await live({}, { rules, topic: '{tag}_posts' });
  stub.post({ id: '1', tags: ['Tesla', 'Tesla'] });
  stub.post({ id: '2', tags: ['Tesla', 'Johnson & Johnson'] });
  await stub.say('{"delete":{"status":{"id_str":"1"}}}\r\n{"data":{"id":"3","text":"by no rule"}}\r\n');
  await pass(clock, 500);
  expect(desk.ids('Tesla_posts')).toEqual(['1', '2', '1']);
  expect(desk.ids('Johnson_Johnson_posts')).toEqual(['2', '1']);
  expect(desk.ids('untagged_posts')).toEqual(['3']);
  expect(desk.positions.has('x/{tag}_posts')).toBe(true);
});

test('a topic may be named by coin', async () => {
  const { desk, clock } = await live({}, { coins: ['btc', 'shib'], topic: '{coin_name}' });
  stub.post({ id: '1', tags: ['btc'] });
  stub.post({ id: '2', tags: ['shib', 'btc'] });
  await pass(clock, 500);
  expect([desk.ids('bitcoin'), desk.ids('shiba_inu')]).toEqual([['1', '2'], ['2']]);
});

test('consumer key and secret get a bearer token at --x-url, also with a trailing slash', async () => {
  const set = await stage(
    { tokens: [], consumer: { key: 'a-key', secret: 'a-secret+/' } },
    { X_CONSUMER_KEY: 'a-key', X_CONSUMER_SECRET: 'a-secret+/' },
  );
  stub = set.stub;
  running = run(set.desk, `${stub.url}/`, BTC);
  await connected(stub, set.clock);
  const { id } = stub.post();
  await passUntil(set.clock, () => set.desk.of('tweets').length === 1, 5000);
  expect(set.desk.ids()).toEqual([id]);
  expect(stub.log.requests[0]).toMatchObject({
    path: '/oauth2/token',
    body: 'grant_type=client_credentials',
  });
});
