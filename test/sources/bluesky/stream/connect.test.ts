import { expect, test } from 'vitest';
import { classifyFailure, streamUrl } from '../../../../src/sources/bluesky/stream/connect.ts';
import { HttpError } from '../../../../src/sources/shared/http/http-error.ts';
import { UpgradeRefused } from '../../../../src/sources/shared/socket/upgrade.ts';

const HOST = 'https://jetstream.example';
const V2 =
  'wss://jetstream.example/xrpc/network.bsky.jetstream.subscribeEvents?kinds=commit&kinds=account&collections=app.bsky.feed.post';

test.each([
  ['v2', {}, V2],
  ['v2', { seq: 0 }, `${V2}&cursor=0`],
  ['v2', { time: 1_795_860_922_104.5 }, `${V2}&cursor=1795860922104000`],
  ['v1', {}, 'wss://jetstream.example/subscribe?wantedCollections=app.bsky.feed.post'],
  ['v1', { time: 1 }, 'wss://jetstream.example/subscribe?wantedCollections=app.bsky.feed.post&cursor=1000'],
] as const)('the address of a %s stream that starts at %j', (wire, start, url) =>
  expect(streamUrl(HOST, wire, start)).toBe(url),
);

function refused(status: number, text: string) {
  const error = new UpgradeRefused(status, 0);
  error.text = text;
  return error;
}

test.each([
  [refused(404, ''), 'v2', { act: 'use v1' }],
  [refused(404, 'not found\nhere'), 'v1', { act: 'wait', reason: 'HTTP 404: not found' }],
  [refused(400, '{"error":"CursorTooOld","message":"floor 7"}'), 'v2', { act: 'use time' }],
  [
    refused(503, '{"error":"ServiceUnavailable"}'),
    'v2',
    { act: 'wait', reason: 'HTTP 503: ServiceUnavailable' },
  ],
  [refused(502, '<html>'), 'v2', { act: 'wait', reason: 'HTTP 502: <html>' }],
  [new HttpError('network', 'broken'), 'v2', { act: 'wait', reason: 'broken' }],
] as const)('%s on %s: %j', (error, wire, expected) =>
  expect(classifyFailure(error, HOST, wire)).toMatchObject(expected),
);

test('a request that the server refuses stops the source, and any other error is passed on', () => {
  expect(() => classifyFailure(refused(400, 'bad cursor'), HOST, 'v1')).toThrow(
    'bluesky: jetstream.example refuses the request: bad cursor',
  );
  expect(() => classifyFailure(new TypeError('x'), HOST, 'v2')).toThrow(TypeError);
});
