import { describe, expect, test } from 'vitest';
import { readJetstream } from '../../../../src/market/posts/networks/jetstream.ts';
import { accountFrame, DID, frameOf, oldPostFrame, postFrame } from './frames.ts';

const TIME = Date.UTC(2026, 10, 28, 10, 15, 22, 104);

describe('a Jetstream frame', () => {
  test('both wires give the same event', () => {
    const event = readJetstream(postFrame());
    expect(event).toMatchObject({ kind: 'commit', did: DID, seq: 98_122_345, time: TIME });
    expect(event?.body).toMatchObject({ operation: 'create', rkey: '3m6abc2xyz22k' });
    const old = readJetstream(oldPostFrame());
    expect(old).toMatchObject({ kind: 'commit', did: DID, seq: undefined, time: TIME });
    expect(old?.body).toMatchObject({ operation: 'create', rkey: '3m6abc2xyz22k' });
  });

  test('v1 of a new server has a number, too', () =>
    expect(readJetstream({ ...oldPostFrame(), cursor: 7 })?.seq).toBe(7));

  test('an account event has the account as its body', () => {
    const body = { active: false, status: 'deleted' };
    expect(readJetstream(accountFrame(body))).toMatchObject({ kind: 'account', body });
    const old = { did: DID, time_us: 1, kind: 'account', account: body };
    expect(readJetstream(old)).toMatchObject({ kind: 'account', body });
  });

  test('an info and an error frame are events without a number', () => {
    const info = frameOf('info', { seq: undefined, did: undefined, name: 'OutdatedCursor' });
    expect(readJetstream(info)).toMatchObject({
      kind: 'info',
      seq: undefined,
      body: { name: 'OutdatedCursor' },
    });
    const error = { $type: 'error', error: 'ConsumerTooSlow', message: 'too slow' };
    expect(readJetstream(error)).toMatchObject({ kind: 'error', body: { error: 'ConsumerTooSlow' } });
  });

  test.each<[string, object]>([
    ['a post of X', { data: { id: '1', text: 'a' } }],
    ['another message', { $type: 'message', payload: { $type: 'com.example#commit' } }],
    ['a frame without payload', { $type: 'message' }],
    ['a record', { $type: 'app.bsky.feed.post', text: 'a' }],
  ])('%s is no event', (_, value) => expect(readJetstream(value as never)).toBeUndefined());
});
