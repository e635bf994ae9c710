import { describe, expect, test } from 'vitest';
import { complianceKind, complianceTarget } from '../../../src/market/posts/compliance-event.ts';

describe('complianceKind', () => {
  test.each([
    ['delete', { delete: { status: { id: 1, id_str: '1', user_id: 2, user_id_str: '2' } } }],
    ['limit', { limit: { track: 22, timestamp_ms: '1477757470194' } }],
    ['scrub_geo', { scrub_geo: { user_id_str: '1', up_to_status_id_str: '2' } }],
    ['status_withheld', { status_withheld: { id: 1, withheld_in_countries: ['DE'] } }],
    ['user_withheld', { user_withheld: { id: 1 } }],
    ['warning', { warning: { code: 'FALLING_BEHIND' } }],
    ['disconnect', { disconnect: { code: 7, stream_name: 'x', reason: 'y' } }],
    [
      'errors',
      { errors: [{ title: 'operational-disconnect', disconnect_type: 'UpstreamOperationalDisconnect' }] },
    ],
    ['errors', { title: 'ConnectionException', type: 'https://api.x.com/2/problems/streaming-connection' }],
    ['delete', { data: { delete: { tweet: { id: '1', author_id: '2' } } } }],
    ['tweet_edit', { data: { tweet_edit: { tweet: { id: '2' }, initial_tweet_id: '1' } } }],
    ['tweet_edit', { data: { post_edit: { post: { id: '2' }, initial_post_id: '1' } } }],
    ['withheld', { data: { withheld: { tweet: { id: '1' }, withheld_in_countries: ['DE'] } } }],
    ['drop', { data: { drop: { tweet: { id: '1' } } } }],
    ['undrop', { data: { undrop: { tweet: { id: '1' } } } }],
  ])('%s: %j', (kind, line) => expect(complianceKind(line)).toBe(kind));

  test.each([
    ['a v2 post', { data: { id: '1', text: 'x' } }],
    ['a v2 post beside errors', { data: { id: '1', text: 'x' }, errors: [{ title: 'Not Found Error' }] }],
    ['a v1.1 post', { id_str: '1', text: 'x', limit: 1 }],
    ['what is neither', { hello: 1 }],
    ['no object', 5],
    ['null', null],
    ['a list', [{ delete: {} }]],
  ])('%s is not a compliance event', (_, line) => expect(complianceKind(line)).toBeUndefined());
});

describe('complianceTarget', () => {
  const BIG = 1790000000000000001n;
  test.each([
    ['v1.1 delete', { delete: { status: { id: 1, id_str: '11', user_id_str: '2' } } }, '11'],
    ['v2 delete', { data: { delete: { tweet: { id: '12', author_id: '2' }, event_at: 'x' } } }, '12'],
    ['v2 delete without its envelope', { delete: { tweet: { id: '12' } } }, '12'],
    ['v2 delete of a post, as renamed', { data: { delete: { post: { id: '12' } } } }, '12'],
    ['a v1.1 withheld post', { status_withheld: { id: 13, withheld_in_countries: ['DE'] } }, '13'],
    ['a v2 withheld post', { data: { withheld: { tweet: { id: '13' } } } }, '13'],
    ['a drop', { data: { drop: { tweet: { id: '14' } } } }, '14'],
    ['v1.1 scrub_geo: the newest post', { scrub_geo: { user_id: 1, up_to_status_id_str: '15' } }, '15'],
    ['v2 scrub_geo', { data: { scrub_geo: { user: { id: '1' }, up_to_tweet_id: '15' } } }, '15'],
    [
      'an edit: the version that was replaced last',
      {
        data: {
          tweet_edit: { tweet: { id: '100' }, initial_tweet_id: '98', edit_tweet_ids: ['98', '99', '100'] },
        },
      },
      '99',
    ],
    [
      'an enterprise edit',
      { tweet_edit: { id: '10', initial_tweet_id: '9', edit_tweet_ids: ['9', '10'], timestamp_ms: '1' } },
      '9',
    ],
  ])('%s', (_, line, id) => expect(complianceTarget(line)).toBe(id));

  test.each([
    ['a post', { data: { id: '1', text: 'x' } }],
    ['a v1.1 post', { id_str: '1', delete: { status: { id_str: '2' } } }],
    ['a limit', { limit: { track: 22 } }],
    ['an author', { user_withheld: { id: 1 } }],
    ['an id that lost its digits', { delete: { status: { id: Number(BIG) } } }],
    ['no id', { delete: { status: { id_str: 'abc' } } }],
    ['a body that is no object', { delete: 'x' }],
    ['an error', { errors: [{ title: 'x' }] }],
    ['null', null],
  ])('%s: none', (_, line) => expect(complianceTarget(line)).toBeUndefined());
});
