import { expect, test } from 'vitest';
import { hasKeys, readKeys } from '../../../src/sources/shared/keys.ts';

const SETS = [['TOKEN'], ['KEY', 'SECRET']];
type Given = Readonly<Record<string, string>>;
const has = (given: Given) => hasKeys(SETS, (name) => given[name]);
const read = (given: Given) => readKeys(SETS, (name) => given[name], 'the service', 'Set TOKEN.');

test('the first complete set counts, without the blanks around it', () => {
  expect(read({ TOKEN: ' t\n', KEY: 'k', SECRET: 's' })).toEqual(['t']);
  expect(read({ KEY: 'k', SECRET: 's' })).toEqual(['k', 's']);
});

test('a variable that is empty is none', () => {
  expect(read({ TOKEN: '', KEY: 'k', SECRET: 's' })).toEqual(['k', 's']);
  for (const given of [{}, { TOKEN: ' ', KEY: 'k', SECRET: '' }]) {
    expect(has(given)).toBe(false);
    expect(() => read(given)).toThrow(
      expect.objectContaining({
        code: 'usage',
        message: 'no key for the service is set',
        hint: 'Set TOKEN.',
      }),
    );
  }
});

test('a character that no key has is a problem that does not tell it', () => {
  const given = { KEY: 'k', SECRET: 'two words' };
  expect(has(given)).toBe(true);
  expect(() => read(given)).toThrow(
    expect.objectContaining({
      code: 'usage',
      message: 'SECRET contains a space or another character that no key contains',
    }),
  );
});
