import { expect, test } from 'vitest';
import { serviceUrl, socketUrl } from '../../../src/sources/shared/service-url.ts';

const { parse, flag } = serviceUrl('--x-url', 'X', 'https://api.x.com');

test.each([
  ['https://api.x.com', 'https://api.x.com'],
  ['http://127.0.0.1:8080/', 'http://127.0.0.1:8080'],
  ['https://gateway.example/x//', 'https://gateway.example/x'],
  [' HTTP://Host:80/A%20b ', 'http://host/A%20b'],
])('a service URL keeps all its parts: %s', (text, address) => {
  expect(flag).toBe('--x-url');
  expect(parse(text)).toBe(address);
});

test.each([
  '',
  'api.x.com',
  'ftp://api.x.com',
  'https://',
  'https://h:port',
  'https://h?',
  'https://h#',
  'https://h/?a=b',
])('an invalid URL, or one with an unused part, is refused: %s', (text) => {
  expect(() => parse(text)).toThrow(RangeError);
});

test.each([
  'https://me:hunter2@api.x.com',
  'https://me@api.x.com',
  'https://@api.x.com',
  // Parsers take these for port 1 of a host named me.
  'https://me:1/hunter2@api.x.com',
  'https://me:1?hunter2@api.x.com',
  'https://me:hun#ter2@api.x.com',
])('a user or password is refused and not repeated: %s', (text) => {
  expect(() => parse(text)).toThrow('remove the user, password and');
  expect(() => parse(text)).not.toThrow(/hun|ter2|me:/);
});

test('the URL of a stream is one of a WebSocket', () => {
  const stream = socketUrl('--x-ws-url', 'X', 'wss://stream.x.com');
  expect(stream.help).toBe('Address of the stream of X.');
  expect(stream.parse('WSS://Stream.X.com/v2/')).toBe('wss://stream.x.com/v2');
  expect(stream.parse('ws://127.0.0.1:8709')).toBe('ws://127.0.0.1:8709');
  for (const wrong of ['https://stream.x.com', 'stream.x.com', 'wss://me:hunter2@x.com', 'wss://x.com?a=b'])
    expect(() => stream.parse(wrong)).toThrow(RangeError);
});
