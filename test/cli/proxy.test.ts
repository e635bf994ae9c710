import { describe, expect, test } from 'vitest';
import { proxyFor } from '../../src/cli/proxy.ts';

const HTTPS_PROXY = 'http://127.0.0.1:3128';

describe('a proxy', () => {
  test('is for https alone', () => {
    expect(proxyFor('https://api.x.com/2/', { HTTPS_PROXY })).toBe(HTTPS_PROXY);
    expect(proxyFor('https://api.x.com/2/', { https_proxy: HTTPS_PROXY })).toBe(HTTPS_PROXY);
    expect(proxyFor('http://127.0.0.1:1/', { HTTPS_PROXY })).toBeUndefined();
    expect(proxyFor('https://api.x.com/2/', {})).toBeUndefined();
  });

  test.each(['x.com', '.x.com', '*.x.com', 'a.org, api.x.com', 'API.X.COM:443', '*'])(
    'is not for what NO_PROXY names: %s',
    (NO_PROXY) => {
      expect(proxyFor('https://api.x.com/', { HTTPS_PROXY, NO_PROXY })).toBeUndefined();
    },
  );

  test.each(['', 'pi.x.com', 'x.co'])('is for what NO_PROXY does not name: %s', (NO_PROXY) => {
    expect(proxyFor('https://api.x.com/', { HTTPS_PROXY, NO_PROXY })).toBe(HTTPS_PROXY);
  });
});
