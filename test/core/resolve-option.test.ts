import { describe, expect, test } from 'vitest';
import { integer, toggle } from '../../src/core/option.ts';
import {
  envSource,
  findOption,
  type OptionSource,
  parseOption,
  tryParse,
} from '../../src/core/resolve-option.ts';
import { span } from '../../src/core/span-options.ts';

const every = span('--every', '', 60_000, { min: 1000, max: 3_600_000 });
const flag =
  (text: string | undefined): OptionSource =>
  () => ({ text, where: '--every', from: 'flag' });
const none: OptionSource = () => undefined;
const own = (env: Record<string, string>) => envSource(env, () => 'OWN');

describe('sources of an option', () => {
  test('the first source that has the option wins, even without a value', () => {
    const env = own({ OWN: '2m' });
    expect(findOption(every, [none, flag('1m'), env])?.text).toBe('1m');
    expect(findOption(every, [flag(undefined), env])).toMatchObject({ text: undefined, from: 'flag' });
    expect(findOption(every, [none, env])).toEqual({ text: '2m', where: 'OWN', from: 'env' });
    expect(findOption(every, [none])).toBeUndefined();
  });

  test("the environment's own name comes before the names of the service; an empty variable does not count", () => {
    const option = { ...every, env: ['USUAL'] };
    expect(own({ OWN: '1m', USUAL: '2m' })(option)?.where).toBe('OWN');
    expect(own({ OWN: '', USUAL: '2m' })(option)?.where).toBe('USUAL');
    expect(own({ OWN: '' })(option)).toBeUndefined();
  });
});

describe('the value of an option', () => {
  const parse = (option: Parameters<typeof parseOption>[0], text: string | undefined) =>
    parseOption(option, { text, where: 'x', from: 'flag' });

  test('a valid text is parsed', () => expect(parse(every, '2m')).toEqual({ value: 120_000 }));

  test('an error names the bounds, and only once', () => {
    expect(parse(every, 'soon')).toEqual({ wrong: expect.stringMatching(/ \(allowed: 1s to 1h\)$/) });
    expect(parse(every, '2h')).toEqual({ wrong: "'2h' is not between 1s and 1h" });
    const limit = integer('--limit', '<n>', '', 10, { min: 1, max: 50 });
    expect(parse(limit, 'x')).toEqual({ wrong: "'x' is not a whole number from 1 to 50" });
  });

  test('an option without a value needs one', () => {
    expect(parse(every, undefined)).toEqual({ wrong: 'needs a value: <span> (allowed: 1s to 1h)' });
    expect(parse(toggle('--tls', ''), undefined)).toEqual({ wrong: 'needs a value: true or false' });
  });

  test('an error other than RangeError is thrown', () => {
    const broken = () => {
      throw new TypeError('broken');
    };
    expect(() => tryParse(broken)).toThrow('broken');
  });
});
