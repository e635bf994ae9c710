import { expect, test } from 'vitest';
import { readJetstream } from '../../../../src/market/posts/networks/jetstream.ts';
import { JetstreamCursor } from '../../../../src/sources/bluesky/stream/jetstream-cursor.ts';
import { postFrame } from '../../../market/posts/networks/frames.ts';

const NOW = Date.UTC(2026, 10, 28, 10);
const [A, B] = ['https://a.example', 'https://b.example'];
const event = (seq: number, second: number, rkey = `k${seq}`) =>
  readJetstream(
    postFrame({}, { seq, rkey, time: `2026-11-28T10:00:${String(second).padStart(2, '0')}.000000Z` }),
  )!;

/** A cursor that has read events 10 and 11 of server A. */
function read() {
  const cursor = new JetstreamCursor(undefined, NOW);
  cursor.opened(A, 'v2', NOW);
  for (const one of [event(10, 10), event(11, 11)]) {
    cursor.first(one);
    cursor.advance(one);
  }
  cursor.disconnected();
  return cursor;
}

test('reading begins at the newest event, and after a failure at the time of the begin', () => {
  const cursor = new JetstreamCursor(undefined, NOW);
  expect(cursor.startAt(A, 'v2')).toEqual({});
  cursor.disconnected();
  expect(cursor.startAt(A, 'v2')).toEqual({ time: NOW - 5000 });
});

test('it resumes by number on the same server and wire, else 5 s before the last event', () => {
  const cursor = read();
  expect(cursor.startAt(A, 'v2')).toEqual({ seq: 11 });
  for (const [host, wire] of [
    [B, 'v2'],
    [A, 'v1'],
  ] as const)
    expect(cursor.startAt(host, wire)).toEqual({ time: NOW + 6000 });
  cursor.forgetSeq();
  expect(cursor.startAt(A, 'v2')).toEqual({ time: NOW + 6000 });
});

test('the state of a cursor resumes like the cursor', () => {
  const state = read().state();
  const cursor = new JetstreamCursor(JSON.parse(JSON.stringify(state)), NOW + 99_000);
  expect(cursor.startAt(A, 'v2')).toEqual({ seq: 11 });
  cursor.opened(B, 'v2', NOW + 99_000);
  expect(cursor.first(event(701, 10))).toEqual({ missedFrom: undefined, openedAt: NOW + 99_000 });
  expect(cursor.advance(event(701, 10, 'k10'))).toBe(false);
  expect(cursor.advance(event(702, 10, 'k10a'))).toBe(true);
  expect(cursor.advance(event(703, 11, 'k11'))).toBe(false);
  expect(cursor.startAt(B, 'v2')).toEqual({ seq: 703 });
});

test.each([
  ['the last event by its number', A, event(11, 11), undefined],
  ['a later number', A, event(15, 15), NOW + 11_000],
  ['a time at the last event', B, event(700, 11), undefined],
  ['a later time', B, event(700, 12), NOW + 11_000],
])('a replay that begins with %s', (_, host, first, missedFrom) => {
  const cursor = read();
  cursor.opened(host, 'v2', NOW + 20_000);
  expect(cursor.first(first)).toEqual({ missedFrom, openedAt: NOW + 20_000 });
  expect(cursor.first(first)).toBeUndefined();
});

test('a smaller number than asked for means that the server numbers anew', () => {
  const cursor = read();
  cursor.opened(A, 'v2', NOW + 20_000);
  expect(cursor.first(event(3, 19))).toBeUndefined();
  expect(cursor.isRenumbered).toBe(true);
  expect(cursor.startAt(A, 'v2')).toEqual({ time: NOW + 6000 });
});
