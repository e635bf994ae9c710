import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { HOUR } from '../../../src/core/util/time.ts';
import { PostBook } from '../../../src/page/model/post-book.ts';
import { postValue, START } from '../records.ts';

const tag = (offset: number) => ({ part: 'tweets-processed/0', offset });
const postsOf = (book: PostBook, coin = 'btc') =>
  [
    ...book
      .counts(coin)
      .windows(HOUR, () => 0)
      .values(),
  ].reduce((sum, { posts }) => sum + posts, 0);

describe('posts by coin', () => {
  test('a post that comes again replaces itself and is counted once', () => {
    const book = new PostBook();
    book.set(postValue('1', 0, { text: 'old' }), tag(0));
    book.set(postValue('1', 0, { text: 'new' }), tag(1));
    expect([postsOf(book), book.newest('btc').map(({ text }) => text)]).toEqual([1, ['new']]);
  });

  test('a post about two coins is a post of each, and its deletion removes both', () => {
    const book = new PostBook();
    book.set(postValue('1', 0), tag(0));
    book.set(postValue('1', 0, { coin: 'eth' }), tag(1));
    expect(book.totals()).toEqual(
      new Map([
        ['btc', 1],
        ['eth', 1],
      ]),
    );
    book.delete('1', tag(2));
    expect(book.totals()).toEqual(
      new Map([
        ['btc', 0],
        ['eth', 0],
      ]),
    );
    expect([book.newest('btc'), postsOf(book), book.deleted(() => true)]).toEqual([[], 0, ['1']]);
  });

  test('counts, list and hashtags are those of the posts that are left, in any order of posts and deletions', () => {
    const step = fc.record({
      id: fc.nat({ max: 15 }).map(String),
      at: fc.nat({ max: 300 }),
      isDeletion: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
        const book = new PostBook();
        const left = new Map<string, number>();
        for (const [offset, { id, at, isDeletion }] of steps.entries()) {
          if (isDeletion) book.delete(id, tag(offset));
          else book.set(postValue(id, at, { hashtags: [`h${at % 3}`] }), tag(offset));
          left.delete(id);
          if (!isDeletion) left.set(id, at);
        }
        expect(postsOf(book)).toBe(left.size);
        expect(new Set(book.newest('btc').map(({ id }) => id))).toEqual(new Set(left.keys()));
        const times = book.newest('btc').map(({ time }) => time);
        expect(times).toEqual([...times].sort((a, b) => b - a));
        const hashtags = new Map<string, number>();
        for (const at of left.values()) hashtags.set(`h${at % 3}`, (hashtags.get(`h${at % 3}`) ?? 0) + 1);
        expect(new Map(book.hashtags('btc'))).toEqual(hashtags);
      }),
    );
  });

  test('a list holds 100 posts and hashtags those of 500, however many came', () => {
    const book = new PostBook();
    for (let i = 0; i < 2_000; i++) book.set(postValue(String(i), i, { hashtags: ['x'] }), tag(i));
    expect([
      book.newest('btc').length,
      book.newest('btc')[0]!.id,
      book.hashtags('btc'),
      postsOf(book),
    ]).toEqual([100, '1999', [['x', 500]], 2_000]);
  });

  test('a long text is cut between characters', () => {
    const book = new PostBook();
    book.set(postValue('1', 0, { text: `${'a'.repeat(999)}😀 and more` }), tag(0));
    expect(book.newest('btc')[0]!.text).toBe(`${'a'.repeat(999)}…`);
  });

  test('hashtags of one spelling in large and small letters are one', () => {
    const book = new PostBook();
    book.set(postValue('1', 0, { hashtags: ['BTC', 'btc', 'Bitcoin'] }), tag(0));
    expect(book.hashtags('btc')).toEqual([
      ['bitcoin', 1],
      ['btc', 1],
    ]);
  });

  test.each([
    ['no id', { ...postValue('1', 0), id: 1 }],
    ['no coin', { ...postValue('1', 0), coin: null }],
    ['no time', { ...postValue('1', 0), created_at: 'now' }],
  ])('a post with %s is left out', (_, value) => {
    const book = new PostBook();
    book.set(value, tag(0));
    expect(book.totals().size).toBe(0);
  });

  test('the score of a post without one is null, and counts no score', () => {
    const book = new PostBook();
    book.set(postValue('1', 0, { score: null }), tag(0));
    const [total] = book
      .counts('btc')
      .windows(HOUR, () => START)
      .values();
    expect([total!.posts, total!.scored, book.newest('btc')[0]!.score]).toEqual([1, 0, null]);
  });

  test('a post keeps the price that the other topic has for it, whichever comes first, and is counted once', () => {
    const priced = { ...postValue('1', 0), price: 7, price_quote: 'usdt' };
    for (const values of [
      [priced, postValue('1', 0)],
      [postValue('1', 0), priced],
    ]) {
      const book = new PostBook();
      for (const [offset, value] of values.entries()) book.set(value, { part: `t${offset}/0`, offset: 0 });
      const [{ price, quote } = expect.fail()] = book.newest('btc');
      expect([price, quote, postsOf(book)]).toEqual([7, 'usdt', 1]);
    }
  });

  test('a deleted post stays deleted when the other topic still has it, and is counted once', () => {
    const book = new PostBook();
    book.set(postValue('1', 0), tag(0));
    book.delete('1', tag(1));
    book.set(postValue('1', 0), { part: 'tweets-priced/0', offset: 0 });
    expect(book.newest('btc')).toEqual([]);
    book.delete('1', { part: 'tweets-priced/0', offset: 1 });
    const [total] = book
      .counts('btc')
      .windows(HOUR, () => START)
      .values();
    expect([total!.posts, total!.deleted, book.newest('btc')]).toEqual([0, 1, []]);
  });
});
