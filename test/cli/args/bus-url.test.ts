import { expect, test } from 'vitest';
import { parseBus } from '../../../src/cli/args/bus-url.ts';

test('local:DIR names a folder', () => {
  expect(parseBus('local:.cryptopipe')).toEqual({ kind: 'local', dir: '.cryptopipe' });
  expect(parseBus('local:/a:b/c@d')).toEqual({ kind: 'local', dir: '/a:b/c@d' });
  expect(parseBus('local:a~/b')).toEqual({ kind: 'local', dir: 'a~/b' });
  expect(parseBus('local:./~')).toEqual({ kind: 'local', dir: './~' });
  expect(parseBus('local:file:///a%20b')).toEqual({ kind: 'local', dir: '/a b' });
  expect(parseBus('local:///a')).toEqual({ kind: 'local', dir: '///a' });
});

test('kafka:// names brokers, and settings after the question mark', () => {
  expect(parseBus('kafka://h:9092')).toEqual({ kind: 'kafka', brokers: ['h:9092'], query: {} });
  expect(parseBus('kafka://[::1]:9092,h_2')).toEqual({
    kind: 'kafka',
    brokers: ['[::1]:9092', 'h_2'],
    query: {},
  });
  expect(parseBus('kafka://h1:9092,h2:9092/?linger=20ms&ca=/etc/a+b%20c.pem&user=me%40corp&x')).toEqual({
    kind: 'kafka',
    brokers: ['h1:9092', 'h2:9092'],
    query: { linger: '20ms', ca: '/etc/a+b c.pem', user: 'me@corp', x: '' },
  });
});

test.each([
  ['redis://h:6379', "'redis:' is not a kind of bus; write local:DIR or kafka://HOST:PORT,HOST:PORT"],
  ['.cryptopipe', 'not a bus URL; write local:DIR'],
  ['', 'not a bus URL'],
  ['local:', "'local:' names no folder"],
  ['local:~', 'write the full path'],
  ['local:~/bus', 'write the full path'],
  ['local:~me/bus', 'write the full path'],
  ['local:s3://bucket/bus', 'a bus is a local folder'],
  ['local://bus', "a folder takes no '//'"],
  ['kafka:h:9092', "the slashes after 'kafka:' are missing"],
  ['kafka://', 'names no broker'],
  ['kafka://?tls=true', 'names no broker'],
  ['kafka://h:9092/topic', 'contains more than brokers'],
  ['kafka://h:9092?ca=%zz', 'not percent-encoded'],
  ['kafka://h:9092?linger=1s&tls=true&linger=2s', 'repeats a key'],
  ['kafka://h:port', 'a broker of the URL is not HOST:PORT'],
  ['kafka://h:9092#here', 'a broker of the URL is not HOST:PORT'],
  ['kafka://h1:9092,h 2:9092', 'a broker of the URL is not HOST:PORT'],
])("'%s' is refused", (text, why) => {
  expect(() => parseBus(text)).toThrow(why);
});

test.each([
  'kafka://user:hunter2@h:9092',
  'kafka://user:hunter2@h:9092/path?x',
  'kafka://user:hunter2',
  'kafka://user:hun#ter2@h:9092',
  'kafka://user:hun/ter2@h:9092,h2:9092',
  'kafka://user:hunter2?@h:9092',
  'kafka://user:hunter2%40h:9092',
  'kafka:user:hunter2@h:9092',
  'kafkas://user:hunter2@h:9092',
  'hunter2@h:9092',
])('credentials are refused and not repeated: %s', (text) => {
  let message = '';
  try {
    parseBus(text);
  } catch (error) {
    message = (error as Error).message;
  }
  expect(message).not.toBe('');
  expect(message).not.toMatch(/hun|ter2|user:/);
});
