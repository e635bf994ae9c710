import { expect, test } from 'vitest';
import { parseBus } from '../../src/cli/bus-url.ts';

test('local:DIR names a folder', () => {
  expect(parseBus('local:.cryptopipe')).toEqual({ kind: 'local', dir: '.cryptopipe' });
  expect(parseBus('local:/a:b/c@d')).toEqual({ kind: 'local', dir: '/a:b/c@d' });
  expect(parseBus('local:a~/b')).toEqual({ kind: 'local', dir: 'a~/b' });
  expect(parseBus('local:./~')).toEqual({ kind: 'local', dir: './~' });
  expect(parseBus('local:///tmp')).toEqual({ kind: 'local', dir: '///tmp' });
});

test('kafka:// names brokers, and settings after the question mark', () => {
  expect(parseBus('kafka://h:9092')).toEqual({ kind: 'kafka', brokers: ['h:9092'], query: {} });
  expect(parseBus('kafka://h1:9092,h2:9092/?linger=20ms&ca=/etc/a+b%20c.pem&user=me%40corp&x')).toEqual({
    kind: 'kafka',
    brokers: ['h1:9092', 'h2:9092'],
    query: { linger: '20ms', ca: '/etc/a+b c.pem', user: 'me@corp', x: '' },
  });
});

test.each([
  ['redis://h:6379', "'redis:' is no kind of bus; write local:DIR or kafka://HOST:PORT,HOST:PORT"],
  ['.cryptopipe', 'that is no bus; write local:DIR'],
  ['', 'that is no bus'],
  ['local:', "'local:' names no folder"],
  ['kafka:h:9092', "the slashes after 'kafka:' are missing"],
  ['kafka://', 'names no broker'],
  ['kafka://?tls=true', 'names no broker'],
  ['kafka://h:9092/topic', 'holds more than brokers'],
  ['kafka://h:9092?ca=%zz', 'not percent-encoded'],
  ['kafka://h:9092?linger=1s&tls=true&linger=2s', 'a key more than once'],
  ['local:~', "'~' stands for no home"],
  ['local:~/bus', "'~' stands for no home"],
  ['local:~me/bus', "'~' stands for no home"],
  ['local:file:///tmp/bus', "what follows 'local:' is a URL"],
  ['local:s3://lake/bus', "what follows 'local:' is a URL"],
  ['local://tmp/bus', "what follows 'local:' is a URL"],
])("'%s' is refused", (text, why) => {
  expect(() => parseBus(text)).toThrow(why);
});

test.each([
  'kafka://user:hunter2@h:9092',
  'kafka://user:hunter2@h:9092/path?x',
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
