import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Settings } from '../../src/core/option.ts';
import { InvalidRecord, NO_HEADERS } from '../../src/core/stream/record.ts';
import { DATASETS } from '../../src/market/catalog/datasets.ts';
import type { ProcessedTweet } from '../../src/market/posts/processed-post.ts';
import type { Logic, Output } from '../../src/processors/processor.ts';
import { select } from '../../src/processors/select.ts';
import { benchPosts } from '../bench/posts.ts';

type SelectSettings = Settings<typeof select.options>;

/** The settings as typed, for example `{ '--coin': 'btc' }`; the rest as by default. */
function settings(typed: Record<string, string> = {}): SelectSettings {
  const parsed = Object.entries(select.options).map(([name, option]) => {
    const text = typed[option.flag];
    return [name, text === undefined ? option.fallback : option.parse(text)];
  });
  return Object.fromEntries(parsed) as SelectSettings;
}

/** Hands values to a logic and notes its answers: outputs and drop reasons. */
function runLogic(logic: Logic, values: Iterable<unknown>, headers = NO_HEADERS): (Output | string)[] {
  const answers: (Output | string)[] = [];
  const out = {
    emit: (output: Output) => void answers.push(output),
    late: () => expect.unreachable(),
    drop: (reason: string) => void answers.push(reason),
  };
  let offset = 0;
  for (const value of values)
    logic.accept(
      { topic: 'tweets', from: 'tweets', partition: 0, offset: offset++, key: null, value, headers },
      out,
    );
  return answers;
}

const run = (values: Iterable<unknown>, typed?: Record<string, string>) =>
  runLogic(select.build(settings(typed), new Map()), values);
const records = (answers: readonly (Output | string)[]) =>
  answers.filter((answer) => typeof answer !== 'string').map(({ value }) => value as ProcessedTweet);

const START = Date.UTC(2026, 2, 2, 10);
let count = 0n;
/** A v2 post with an id of its own. */
const post = (text: string, data: object = {}, rest: object = {}) => ({
  data: {
    id: String(1_790_000_000_000_000_001n + count++),
    text,
    created_at: new Date(START).toISOString(),
    ...data,
  },
  ...rest,
});
const rules = (...tags: string[]) => ({
  matching_rules: tags.map((tag, index) => ({ id: String(index), tag })),
});

describe('processed posts', () => {
  const V2 = {
    data: {
      id: '1790000000000000001',
      text: '$BTC is looking GREAT, very bullish! https://t.co/abc',
      created_at: '2026-03-02T10:15:22.000Z',
      author_id: '44196000',
      lang: 'en',
      public_metrics: { retweet_count: 1, reply_count: 2, like_count: 3, quote_count: 4 },
      entities: {
        hashtags: [],
        cashtags: [{ tag: 'BTC' }],
        urls: [{ url: 'https://t.co/abc', expanded_url: 'https://example.org/x' }],
      },
    },
    includes: {
      users: [
        {
          id: '44196000',
          username: 'fan',
          name: 'Fan',
          verified: false,
          public_metrics: { followers_count: 1520 },
        },
      ],
    },
    matching_rules: [{ id: '1', tag: 'btc' }],
  };
  const answers = runLogic(select.build(settings(), new Map()), [V2], { source: 'x' });

  test('a processed post has every field but the relevance, which needs a model, in order', () => {
    expect(records(answers)).toEqual([
      {
        id: '1790000000000000001',
        created_at: '2026-03-02T10:15:22.000Z',
        coin: 'btc',
        tag: 'btc',
        coin_why: 'rule',
        tags: ['btc'],
        kind: 'original',
        lang: 'en',
        text: '$BTC is looking GREAT, very bullish! https://t.co/abc',
        hashtags: [],
        cashtags: ['BTC'],
        urls: ['https://example.org/x'],
        author_id: '44196000',
        username: 'fan',
        name: 'Fan',
        followers_count: 1520,
        verified: false,
        favorite_count: 3,
        retweet_count: 1,
        reply_count: 2,
        quote_count: 4,
        word_count: 7,
        sentiment_score: expect.closeTo(0.72, 1),
        sentiment_label: 'positive',
        sentiment_model: 'vader+crypto/2',
        source: 'x',
        received_at: null,
        bot_marks: [],
      },
    ]);
    expect(Object.keys(records(answers)[0]!)).toEqual(
      DATASETS['tweets-processed'].columns.map(({ name }) => name).filter((name) => name !== 'relevance'),
    );
  });

  test('a processed post has the post id as key and the coin as partition key', () =>
    expect(answers).toMatchObject([{ key: '1790000000000000001', partitionKey: 'btc' }]));

  test('a processed v1.1 post has the same fields', () => {
    const v1 = {
      created_at: 'Mon Mar 02 10:15:22 +0000 2026',
      id: Number('1790000000000000001'),
      id_str: '1790000000000000001',
      text: 'Ethereum &amp; friends',
      user: { id_str: '5', screen_name: 'fan', name: 'Fan', verified: false, followers_count: 7 },
      entities: { hashtags: [], symbols: [], urls: [] },
    };
    const [record] = records(run([v1]));
    expect(record).toMatchObject({
      id: '1790000000000000001',
      coin: 'eth',
      tags: [],
      text: 'Ethereum & friends',
      source: null,
    });
    expect(Object.keys(record!)).toEqual(Object.keys(records(answers)[0]!));
  });

  test('id 1790000000000000001 survives JSON as text', () =>
    expect(JSON.parse(JSON.stringify(records(answers)[0])).id).toBe('1790000000000000001'));
});

describe('subjects', () => {
  const subjects = (value: object, typed?: Record<string, string>) =>
    run([value], typed).map((answer) =>
      typeof answer === 'string' ? answer : [answer.partitionKey, (answer.value as ProcessedTweet).coin],
    );

  test('a post about two coins gives two records', () => {
    const answers = run([post('btc or eth')]);
    expect(answers).toMatchObject([{ partitionKey: 'btc' }, { partitionKey: 'eth' }]);
    const [btc, eth] = records(answers);
    expect({ ...btc, coin: 'eth', tag: 'eth' }).toEqual(eth);
  });

  test("rules come first, and a rule's coin that is also in the text counts once", () =>
    expect(subjects(post('btc, eth', {}, rules('ethereum', '$ETH')))).toEqual([
      ['eth', 'eth'],
      ['btc', 'btc'],
    ]));

  test('a rule without a coin gives a tag without a coin', () => {
    const answers = run([post('cars', {}, rules('Tesla', 'near'))]);
    expect(answers).toMatchObject([{ partitionKey: 'Tesla' }, { partitionKey: 'near' }]);
    expect(records(answers)).toMatchObject([
      { tag: 'Tesla', coin: null, tags: ['Tesla', 'near'] },
      { tag: 'near', coin: 'near' },
    ]);
  });

  test('a post about nothing is dropped', () => expect(subjects(post('hello'))).toEqual(['no coin or tag']));

  test('--all-posts keeps each post once, whatever it is about', () => {
    const all = { '--all-posts': 'true', '--coin': 'btc' };
    expect(subjects(post('hello'), all)).toEqual([['all', null]]);
    expect(subjects(post('btc or eth'), all)).toEqual([['all', null]]);
  });

  test('--coin keeps only its coins, by symbol or name', () => {
    const flags = { '--coin': 'Ethereum,sol' };
    expect(subjects(post('btc eth', {}, rules('Tesla')), flags)).toEqual([['eth', 'eth']]);
    expect(subjects(post('btc'), flags)).toEqual(['other coin']);
  });
});

describe('filters', () => {
  const user = (followers_count: number) => ({
    includes: { users: [{ id: '5', public_metrics: { followers_count } }] },
  });
  const reasons = (values: object[], typed: Record<string, string>) =>
    run(values, typed).map((answer) => (typeof answer === 'string' ? answer : 'kept'));

  test('--lang keeps its languages and their regions', () =>
    expect(
      reasons(
        [
          post('btc', { lang: 'en' }),
          post('btc', { lang: 'es' }),
          post('btc', { lang: 'fr' }),
          post('btc'),
          post('btc', { lang: 'en-gb' }),
        ],
        { '--lang': 'EN,es' },
      ),
    ).toEqual(['kept', 'kept', 'lang', 'lang', 'kept']));

  test('--require-url keeps posts with a link', () =>
    expect(
      reasons([post('btc'), post('btc', { entities: { urls: [{ url: 'https://t.co/x' }] } })], {
        '--require-url': 'true',
      }),
    ).toEqual(['no url', 'kept']));

  test('--no-retweets drops retweets, not quotes', () =>
    expect(
      reasons(
        [
          post('btc', { referenced_tweets: [{ type: 'retweeted', id: '1' }] }),
          post('btc', { referenced_tweets: [{ type: 'quoted', id: '1' }] }),
        ],
        { '--no-retweets': 'true' },
      ),
    ).toEqual(['retweet', 'kept']));

  test('--min-followers drops authors with fewer or an unknown number', () =>
    expect(
      reasons(
        [post('btc', { author_id: '5' }, user(10)), post('btc', { author_id: '5' }, user(9)), post('btc')],
        { '--min-followers': '10' },
      ),
    ).toEqual(['kept', 'few followers', 'few followers']));

  test('a post that a filter dropped does not make a later copy a repeat', () => {
    const retweet = post('btc', { lang: 'fr' });
    expect(reasons([retweet, retweet], { '--lang': 'en' })).toEqual(['lang', 'lang']);
  });
});

describe('--fields', () => {
  test('--fields keeps the chosen fields in order, and the key fields', () =>
    expect(
      records(run([post('btc is great')], { '--fields': 'sentiment_label,text' })).map((record) =>
        Object.entries(record),
      ),
    ).toEqual([
      [
        ['id', expect.any(String)],
        ['created_at', '2026-03-02T10:00:00.000Z'],
        ['coin', 'btc'],
        ['tag', 'btc'],
        ['text', 'btc is great'],
        ['sentiment_label', 'positive'],
      ],
    ]));

  test('an unknown field is rejected with the list of fields', () => {
    expect(() => settings({ '--fields': 'text,likes' })).toThrow(RangeError);
    expect(() => settings({ '--fields': 'text,likes' })).toThrow(/'likes' is not a field.*favorite_count/);
  });

  test('an unknown coin is taken as a symbol; anything else is rejected', () => {
    expect(settings({ '--coin': 'bitcoin,$FOO' }).coins).toEqual(['btc', 'foo']);
    expect(() => settings({ '--coin': 'btc,a b' })).toThrow(/'a b' is not a coin/);
  });
});

describe('repeats', () => {
  test('an id seen within 30 minutes of event time is dropped', () => {
    const one = post('btc', { id: '1' });
    const later = Array.from({ length: 31 }, (_, minute) =>
      post('eth', { created_at: new Date(START + minute * 60_000).toISOString() }),
    );
    const answers = run([one, one, ...later, one]);
    expect(answers.filter((answer) => answer === 'repeat')).toHaveLength(2);
    expect(answers).toHaveLength(1 + 1 + 31 + 1);
  });

  test('the same post in the other shape is a repeat too', () => {
    const v1 = { created_at: 'Mon Mar 02 10:00:00 +0000 2026', id_str: '77', text: 'btc' };
    expect(run([post('btc', { id: '77' }), v1])).toMatchObject([{ key: '77' }, 'repeat']);
  });
});

describe('invalid posts', () => {
  test.each([
    ['notice: limit', { limit: { track: 1 } }],
    ['notice: errors', { errors: [{ title: 'operational-disconnect' }] }],
    ['notice: delete', { delete: { status: {} } }],
    ['notice: withheld', { data: { withheld: { tweet: { id: '1' } } } }],
    ['notice: scrub_geo', { scrub_geo: { up_to_status_id_str: '1' } }],
    ['tombstone', null],
  ])('%s is dropped', (reason, value) => expect(run([value])).toEqual([reason]));

  test('an invalid post is rejected, and the next one is processed', () => {
    const logic = select.build(settings(), new Map());
    expect(() => runLogic(logic, [{ data: { id: 'x' } }])).toThrow(InvalidRecord);
    expect(runLogic(logic, [post('btc')])).toHaveLength(1);
  });
});

test('event time is the time of the post, NaN without one', () => {
  const { time } = select.inputs[0]!;
  expect(time(post('btc'))).toBe(START);
  expect(time({ delete: {} })).toBeNaN();
});

test('the passing of time has no effect', () => {
  const logic = select.build(settings(), new Map());
  const never = () => expect.unreachable();
  const out = { emit: never, late: never, drop: never };
  runLogic(logic, [post('btc')]);
  logic.advance?.({ time: START + 1e9, monotonic: 1e9, caughtUp: true }, out);
  logic.finish?.('all', START + 1e9, out);
  expect(logic.watermark?.()).toBeUndefined();
});

describe('deletions', () => {
  const tombstone = (id: string) => ({ key: id, partitionKey: null, value: null });

  test.each([
    ['a v1.1 deletion', { delete: { status: { id_str: '7' } } }],
    ['a v2 deletion', { data: { delete: { tweet: { id: '7', author_id: '1' } } } }],
    [
      'an edit',
      { data: { tweet_edit: { tweet: { id: '8' }, initial_tweet_id: '7', edit_tweet_ids: ['7', '8'] } } },
    ],
  ])('%s becomes a tombstone for every partition', (_, notice) =>
    expect(run([notice])).toEqual([tombstone('7')]),
  );

  test('a tombstone is passed on', () => {
    const answers: unknown[] = [];
    const out = { emit: (output: Output) => void answers.push(output), late: () => {}, drop: () => {} };
    const input = { topic: 'tweets', from: 'tweets', partition: 0, offset: 0, headers: {}, value: null };
    select.build(settings(), new Map()).accept({ ...input, key: '7' }, out);
    expect(answers).toEqual([tombstone('7')]);
  });

  test('an edited post emits tombstones of its earlier versions first, even if it is dropped itself', () => {
    const edited = post('btc', { id: '9', edit_history_tweet_ids: ['7', '8', '9'], lang: 'fr' });
    expect(run([edited])).toMatchObject([tombstone('7'), tombstone('8'), { key: '9' }]);
    expect(run([edited], { '--lang': 'en' })).toEqual([tombstone('7'), tombstone('8'), 'lang']);
  });
});

describe('language detection', () => {
  const asked: string[] = [];
  const detectLanguage = (text: string) => {
    asked.push(text);
    return text.includes('precio') ? 'es' : undefined;
  };
  const withTool = (values: unknown[], typed: Record<string, string>) =>
    runLogic(select.build(settings(typed), new Map(), { detectLanguage }), values);

  test('a language that X does not give is detected and written to the record', () => {
    const answers = withTool(
      [
        post('@a el precio de btc https://t.co/x'),
        post('el precio de btc', { lang: 'und' }),
        post('el precio de btc', { lang: 'en' }),
        post('btc'),
        post('btc el precio', { lang: 'zxx' }),
      ],
      { '--lang': 'es' },
    );
    expect(answers).toMatchObject([
      { value: { lang: 'es' } },
      { value: { lang: 'es' } },
      'lang',
      'lang',
      'lang',
    ]);
    expect(asked).toEqual(['el precio de btc', 'el precio de btc', 'btc']);
  });

  test('language detection runs only if a setting needs it', () => {
    expect(select.dependencies?.(settings(), 'tweets-processed')).toEqual([]);
    expect(select.dependencies?.(settings(), '{lang}_tweets')).toEqual(['detectLanguage']);
    expect(select.dependencies?.(settings({ '--lang': 'en' }), 'tweets-processed')).toEqual([
      'detectLanguage',
    ]);
  });
});

describe('--drop-near-duplicates', () => {
  const flags = { '--drop-near-duplicates': 'true' };
  const SPAM = 'btc airdrop for everybody, send one and get two back, today alone, do not miss this chance';

  test('--drop-near-duplicates keeps the first of similar posts, ignoring links and mentions', () =>
    expect(
      run(
        [
          post(`${SPAM} https://t.co/a`),
          post(`@bob ${SPAM} https://t.co/b`),
          post(`RT @alice: ${SPAM.toUpperCase()}`),
          post(`${SPAM}!`),
          post('btc went up by two percent in this hour, and nobody knows why'),
        ],
        flags,
      ).map((answer) => (typeof answer === 'string' ? answer : 'kept')),
    ).toEqual(['kept', 'near duplicate', 'near duplicate', 'near duplicate', 'kept']));

  test('only kept posts with text are compared', () =>
    expect(
      run(
        [
          post(SPAM, { lang: 'fr' }),
          post(SPAM, { lang: 'en' }),
          post('https://t.co/a', {}, rules('btc')),
          post('https://t.co/b', {}, rules('btc')),
        ],
        { ...flags, '--lang': 'en' },
      ).map((answer) => (typeof answer === 'string' ? answer : 'kept')),
    ).toEqual(['lang', 'kept', 'lang', 'lang']));

  test('an edited post is kept although it resembles its earlier version', () => {
    const answers = run(
      [post(SPAM, { id: '1' }), post(`${SPAM}.`, { id: '2', edit_history_tweet_ids: ['1', '2'] })],
      flags,
    );
    expect(answers).toMatchObject([{ key: '1' }, { key: '1', value: null }, { key: '2' }]);
  });

  test('--drop-near-duplicates requires all posts in one task', () => {
    expect(select.singlePartitionFlag?.(settings(flags))).toBe('--drop-near-duplicates');
    expect(select.singlePartitionFlag?.(settings())).toBeUndefined();
  });
});

describe('--decisions', () => {
  const decisions = select.decisions?.(settings({ '--decisions': 'fate' }));
  const idOf = (value: unknown, key: string | null = 'k') =>
    decisions?.idOf({ topic: 'tweets', from: 'tweets', partition: 0, offset: 0, key, headers: {}, value });

  test('decisions go to the named topic by post id; compliance events have none', () => {
    expect(decisions?.topic).toBe('fate');
    expect(select.decisions?.(settings())).toBeUndefined();
    expect(idOf(post('btc', { id: '5' }))).toBe('5');
    expect(idOf({ id_str: '6' })).toBe('6');
    expect(idOf('no JSON')).toBe('k');
    expect(idOf({ data: {} }, null)).toBeNull();
    expect(idOf({ limit: { track: 1 } })).toBeUndefined();
    expect(idOf(null)).toBeUndefined();
  });

  test('an invalid topic name is rejected', () =>
    expect(() => settings({ '--decisions': 'a b' })).toThrow(RangeError));
});

test.each([{}, { '--drop-near-duplicates': 'true' }])(
  'a restart from the committed state at any step changes no output: %j',
  (typed) => {
    const posts = [...benchPosts(120)].map((line) => JSON.parse(line) as { data: { created_at: string } });
    // Six minutes apart, so that history passes the horizon.
    posts.forEach(({ data }, index) => {
      data.created_at = new Date(START + Math.floor(index / 2) * 360_000).toISOString();
    });
    const steps = fc.array(fc.tuple(fc.nat(119), fc.constantFrom('go', 'commit', 'restart')), {
      maxLength: 150,
    });
    fc.assert(
      fc.property(steps, (steps) => {
        const undisturbed = select.build(settings(typed), new Map());
        const saved = new Map<string, string>();
        let logic = select.build(settings(typed), new Map());
        for (const [index, then] of steps) {
          expect(runLogic(logic, [posts[index]])).toEqual(runLogic(undisturbed, [posts[index]]));
          if (then === 'go') continue;
          for (const [key, value] of logic.changes())
            value === null ? saved.delete(key) : saved.set(key, value);
          if (then === 'restart') logic = select.build(settings(typed), saved);
        }
      }),
      { seed: 1, numRuns: 60 },
    );
  },
);

describe('a post with many tags', () => {
  const tagged = (count: number, text = 'hello', data: object = {}) => ({
    data: { id: '1', text, created_at: '2026-03-02T10:00:00.000Z', ...data },
    matching_rules: Array.from({ length: count }, (_, i) => ({ tag: `tag-${i}` })),
  });
  const records = (answers: (Output | string)[]): ProcessedTweet[] =>
    answers.flatMap((answer) => (typeof answer === 'string' ? [] : [answer.value as ProcessedTweet]));
  const reasons = (answers: (Output | string)[]) => answers.filter((answer) => typeof answer === 'string');

  test('a post counts for its first 100 tags, and is counted as cut', () => {
    const answers = run([tagged(15_000, 'x'.repeat(20_000))]);
    expect(records(answers).map(({ tag }) => tag)).toEqual(Array.from({ length: 100 }, (_, i) => `tag-${i}`));
    expect(records(answers).every(({ tags }) => tags.length === 100)).toBe(true);
    expect(reasons(answers)).toEqual(['more than 100 tags and coins']);
  });

  test('a post with exactly --max-tags tags keeps them all', () => {
    expect(reasons(run([tagged(3)], { '--max-tags': '3' }))).toEqual([]);
    const answers = run([tagged(3, 'btc')], { '--max-tags': '3' });
    expect([records(answers).map(({ tag }) => tag), reasons(answers)]).toEqual([
      ['tag-0', 'tag-1', 'tag-2'],
      ['more than 3 tags and coins'],
    ]);
  });

  test('a coin in --coin is found at any position', () => {
    const answers = run([tagged(15_000, 'btc')], { '--coin': 'btc' });
    expect(records(answers).map(({ tag }) => tag)).toEqual(['btc']);
  });

  test.each([
    ['hashtags', { entities: { hashtags: Array.from({ length: 50_000 }, () => ({ tag: 'a' })) } }],
    ['links', { entities: { urls: [{ url: 'x'.repeat(200_000) }] } }],
    ['a language', { lang: 'x'.repeat(200_000) }],
  ])('a post is invalid when its records would repeat 200,000 characters: %s', (_, data) => {
    expect(() => run([tagged(2, 'btc', data)])).toThrow(InvalidRecord);
  });
});

test('a post with an invalid count is kept, with an empty field, and counted', () => {
  const post = {
    id_str: '1',
    text: 'btc',
    created_at: '2026-03-02T10:00:00.000Z',
    favorite_count: 2 ** 53,
    user: { followers_count: '1.2K' },
  };
  const answers = run([post]);
  expect(answers.filter((answer) => typeof answer === 'string')).toEqual([
    'followers_count: not a count, left empty',
    'favorite_count: not a count, left empty',
  ]);
  expect(records(answers)).toMatchObject([{ favorite_count: null, followers_count: null }]);
});

describe('deletions and edits in any order', () => {
  const original = '1929115705144246296';
  const edited = '1929115956802486296';
  const edit_history_tweet_ids = [original, edited];
  const version = (id: string, text: string) => ({ data: { id, text, edit_history_tweet_ids } });
  const deletion = { delete: { status: { id_str: original } } };
  const texts = (values: unknown[]) => records(run(values)).flatMap((record) => record?.text ?? []);

  test('the last version of a post stays, also when it is read before the earlier ones', () => {
    const versions = [version(edited, 'bitcoin, edited'), version(original, 'bitcoin')];
    expect(texts(versions)).toEqual(['bitcoin, edited']);
    expect(texts(versions.toReversed())).toEqual(['bitcoin, edited']);
  });

  test('a post whose deletion was read before it is dropped', () =>
    expect(run([deletion, { data: { id: original, text: 'bitcoin' } }]).at(-1)).toBe('deleted'));

  test('a deletion is remembered over a restart', () => {
    const first = select.build(settings(), new Map());
    runLogic(first, [deletion]);
    const state = new Map([...first.changes()].map(([key, text]) => [key, text ?? '']));
    expect(runLogic(select.build(settings(), state), [{ data: { id: original, text: 'bitcoin' } }])).toEqual([
      'deleted',
    ]);
  });
});
