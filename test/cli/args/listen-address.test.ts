import { expect, test } from 'vitest';
import { listenOption } from '../../../src/cli/args/listen-address.ts';

const { parse } = listenOption('--listen', 'Where to serve.');

test.each([
  ['127.0.0.1:9464', { host: '127.0.0.1', port: 9464 }],
  ['localhost:0', { host: 'localhost', port: 0 }],
  ['[::1]:80', { host: '::1', port: 80 }],
])('%s is an address', (text, address) => {
  expect(parse(text)).toEqual(address);
});

test.each(['9464', 'a:b', '1.2.3.4:70000', 'http://127.0.0.1:80', ':80', '::1:80'])(
  '%s is refused with an example',
  (text) => {
    expect(() => parse(text)).toThrow(`'${text}' is not an address; write HOST:PORT, such as 127.0.0.1:9464`);
  },
);
