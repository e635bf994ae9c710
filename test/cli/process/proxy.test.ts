import { describe, expect, test } from 'vitest';
import { report } from '../../../src/cli/output/report.ts';
import { checkProxy, proxyFor } from '../../../src/cli/process/proxy.ts';

const HTTPS_PROXY = 'http://127.0.0.1:3128';

describe('a proxy', () => {
  test('a proxy applies to https URLs only', () => {
    expect(proxyFor('https://api.x.com/2/', { HTTPS_PROXY })).toBe(HTTPS_PROXY);
    expect(proxyFor('https://api.x.com/2/', { https_proxy: HTTPS_PROXY })).toBe(HTTPS_PROXY);
    expect(proxyFor('http://127.0.0.1:1/', { HTTPS_PROXY })).toBeUndefined();
    expect(proxyFor('https://api.x.com/2/', {})).toBeUndefined();
  });

  test.each(['x.com', '.x.com', '*.x.com', 'a.org, api.x.com', 'API.X.COM:443', '*'])(
    'a proxy does not apply to hosts that NO_PROXY matches: %s',
    (NO_PROXY) => {
      expect(proxyFor('https://api.x.com/', { HTTPS_PROXY, NO_PROXY })).toBeUndefined();
    },
  );

  test.each(['', 'pi.x.com', 'x.co'])(
    'a proxy applies to hosts that NO_PROXY does not match: %s',
    (NO_PROXY) => {
      expect(proxyFor('https://api.x.com/', { HTTPS_PROXY, NO_PROXY })).toBe(HTTPS_PROXY);
    },
  );
});

describe('a proxy address', () => {
  test.each([
    'http://127.0.0.1:3128',
    'https://proxy.local',
    'http://me:pass%20word@[::1]:8080/',
    'http://me:p@ss:word@h:1',
    'http://me@h',
    '',
  ])('a proxy address may be %s', (https_proxy) => expect(() => checkProxy({ https_proxy })).not.toThrow());

  test.each([
    '127.0.0.1:1',
    '::bad',
    'me:pass-word@127.0.0.1:1',
    'socks5://me:pass-word@h:1',
    'http://me:pass-word@',
  ])('an invalid proxy address is refused without being quoted: %s', (https_proxy) => {
    let output = '';
    try {
      checkProxy({ https_proxy });
    } catch (error) {
      output = `${JSON.stringify(error)}${report(error, true)}`;
    }
    expect(output).toContain('https_proxy is not a proxy address');
    expect(output).not.toContain('pass-word');
  });

  test.each([
    'pass-/word',
    'pass-?word',
    'pass-#word',
    '12/pass-word',
    'pass-%word',
    'pass- word',
    '1\\pass-word',
  ])('a proxy address with an unescaped password is refused without quoting any of it: %s', (password) => {
    let output = '';
    try {
      checkProxy({ HTTPS_PROXY: `http://me:${password}@h:3128` });
    } catch (error) {
      output = `${JSON.stringify(error)}${report(error, true)}`;
    }
    expect(output).toContain('HTTPS_PROXY contains a user or password that is not escaped');
    expect(output).toContain('%2F');
    expect(output).not.toMatch(/pass-|(?<!pass)word[^ s]|me:/);
  });

  test.each(['http://h:3128/path', 'http://h:3128?x=1', 'http://me:pw@h:3128/#x', 'http://h:3128/?'])(
    'a proxy address with an ignored part is refused: %s',
    (HTTPS_PROXY) => {
      expect(() => checkProxy({ HTTPS_PROXY })).toThrow('HTTPS_PROXY contains more than a proxy address');
    },
  );

  test('a proxy address is not validated if NO_PROXY matches every host', () => {
    expect(() => checkProxy({ HTTPS_PROXY: '::bad', NO_PROXY: '*' })).not.toThrow();
  });
});
