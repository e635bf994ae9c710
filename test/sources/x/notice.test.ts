import { expect, test } from 'vitest';
import { readNotice } from '../../../src/sources/x/notice.ts';

test.each([
  [{ data: { delete: { tweet: { id: '1', author_id: '2' } } } }, 'delete', '1'],
  [{ data: { delete: { post: { id: '1', author_id: '2' } } } }, 'delete', '1'],
  [{ data: { withheld: { tweet: { id: '1' }, withheld_in_countries: ['DE'] } } }, 'withheld', '1'],
  [{ data: { tweet_edit: { tweet: { id: '1' } } } }, 'tweet_edit', '1'],
  [{ data: { post_edit: { post: { id: '1' } } } }, 'post_edit', '1'],
  [{ data: { scrub_geo: { up_to_tweet_id: '1', user: { id: '2' } } } }, 'scrub_geo', '1'],
  [{ delete: { status: { id: 1, id_str: '1' } } }, 'delete', '1'],
  [{ scrub_geo: { user_id: 2, up_to_status_id_str: '1' } }, 'scrub_geo', '1'],
  [{ status_withheld: { id: 1, user_id: 2 } }, 'status_withheld', '1'],
  [{ delete: { status: { id: 2 ** 60 } } }, 'delete', undefined],
  [{ delete: 'x' }, 'delete', undefined],
  [{ user_withheld: { id: 2 } }, 'user_withheld', undefined],
  [{ limit: { track: 22 } }, 'limit', undefined],
  [{ disconnect: { code: 7 } }, 'disconnect', undefined],
  [{ errors: [{ title: 'x' }] }, 'errors', undefined],
])('%j', (line, kind, about) => {
  expect(readNotice(line)).toEqual({ kind, about });
});

test.each([{ data: { id: '1', text: 'delete' } }, { id_str: '1', text: 'a' }, {}])(
  'no notice: %j',
  (line) => {
    expect(readNotice(line)).toBeUndefined();
  },
);
