import { describe, expect, test } from 'vitest';
import { supersededPostIds } from '../../../src/market/posts/superseded.ts';

describe('supersededPostIds', () => {
  test.each([
    ['a v1.1 delete', { delete: { status: { id: 1, id_str: '11' } } }, ['11']],
    ['a v2 delete', { data: { delete: { tweet: { id: '12', author_id: '2' } } } }, ['12']],
    [
      'an edit: all versions but the newest, in any order, each once',
      {
        data: {
          tweet_edit: { tweet: { id: '100' }, initial_tweet_id: '98', edit_tweet_ids: ['100', '99', '98'] },
        },
      },
      ['98', '99'],
    ],
    [
      'an edit whose post is the first version',
      { data: { tweet_edit: { tweet: { id: '9' }, initial_tweet_id: '9', edit_tweet_ids: ['9', '10'] } } },
      ['9'],
    ],
    [
      'an edited post: its earlier versions',
      { data: { id: '100', text: 'x', edit_history_tweet_ids: ['98', '99', '100'] } },
      ['98', '99'],
    ],
    [
      'an edited post, as renamed',
      { data: { id: '100', text: 'x', edit_history_post_ids: ['99', '100'] } },
      ['99'],
    ],
    [
      'a post that was edited once more since: not the later version',
      { data: { id: '99', text: 'x', edit_history_tweet_ids: ['98', '99', '100'] } },
      ['98'],
    ],
    [
      'an edited v1.1 post of an enterprise stream',
      { id_str: '100', text: 'x', edit_history: { initial_tweet_id: '99', edit_tweet_ids: ['99', '100'] } },
      ['99'],
    ],
  ])('%s', (_, line, ids) => expect(supersededPostIds(line)).toEqual(ids));

  test.each([
    ['a post never edited', { data: { id: '1', text: 'x', edit_history_tweet_ids: ['1'] } }],
    ['a post without a history', { id_str: '1', text: 'x' }],
    ['a withheld post: it is still there', { data: { withheld: { tweet: { id: '1' } } } }],
    ['a dropped post: it may come back', { data: { drop: { tweet: { id: '1' } } } }],
    ['a broken history', { data: { id: '5', edit_history_tweet_ids: ['a', {}, 4.5, null] } }],
    ['a broken notice', { delete: 5 }],
    ['no object', 'x'],
  ])('%s: none', (_, line) => expect(supersededPostIds(line)).toEqual([]));
});
