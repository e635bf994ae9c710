import { describe, expect, test } from 'vitest';
import { noticeKind } from '../../src/market/notice.ts';

describe('noticeKind', () => {
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
  ])('%s: %j', (kind, line) => expect(noticeKind(line)).toBe(kind));

  test.each([
    ['a v2 post', { data: { id: '1', text: 'x' } }],
    ['a v2 post beside errors', { data: { id: '1', text: 'x' }, errors: [{ title: 'Not Found Error' }] }],
    ['a v1.1 post', { id_str: '1', text: 'x', limit: 1 }],
    ['what is neither', { hello: 1 }],
    ['no object', 5],
    ['null', null],
    ['a list', [{ delete: {} }]],
  ])('%s is no notice', (_, line) => expect(noticeKind(line)).toBeUndefined());
});
