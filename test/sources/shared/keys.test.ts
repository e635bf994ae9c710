import { expect, test } from 'vitest';
import { hasKeys, readKeys } from '../../../src/sources/shared/keys.ts';

const SETS = [['TOKEN'], ['KEY', 'SECRET']];
type Secrets = Readonly<Record<string, string>>;
const has = (given: Secrets) => hasKeys(SETS, (name) => given[name]);
const read = (given: Secrets) => readKeys(SETS, (name) => given[name], 'the service', 'Set TOKEN.');

test('the first complete set of keys is used, without surrounding whitespace', () => {
  expect(read({ TOKEN: ' t\n', KEY: 'k', SECRET: 's' })).toEqual(['t']);
  expect(read({ KEY: 'k', SECRET: 's' })).toEqual(['k', 's']);
});

test('an empty variable counts as unset', () => {
  expect(read({ TOKEN: '', KEY: 'k', SECRET: 's' })).toEqual(['k', 's']);
  for (const secrets of [{}, { TOKEN: ' ', KEY: 'k', SECRET: '' }]) {
    expect(has(secrets)).toBe(false);
    expect(() => read(secrets)).toThrow(
      expect.objectContaining({
        code: 'usage',
        message: 'no key for the service is set',
        hint: 'Set TOKEN.',
      }),
    );
  }
});

test('an invalid character in a key is reported without the key', () => {
  const secrets = { KEY: 'k', SECRET: 'two words' };
  expect(has(secrets)).toBe(true);
  expect(() => read(secrets)).toThrow(
    expect.objectContaining({
      code: 'usage',
      message: 'SECRET contains a space or another character that no key contains',
    }),
  );
});
