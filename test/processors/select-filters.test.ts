import { describe, expect, test } from 'vitest';
import { languageFilter } from '../../src/processors/select/filters.ts';

describe('language filter', () => {
  test.each([
    [['en'], 'en', true],
    [['en'], 'en-gb', true],
    [['EN'], 'en-GB', true],
    [['en'], 'es', false],
    [['en', 'es'], 'es', true],
    [['zh-cn'], 'zh-CN', true],
    [['zh-cn'], 'zh-TW', false],
    [['zh-cn'], 'zh', false],
    [['en'], null, false],
    [[], null, true],
    [[], 'fr', true],
  ] as const)('by %j: %s is %s', (langs, lang, wanted) => expect(languageFilter(langs)(lang)).toBe(wanted));

  test.each([
    ['id', 'in'],
    ['he', 'iw'],
    ['iw', 'he'],
    ['yi', 'ji'],
  ])('a language matches by its current code or that of X: %s, %s', (want, lang) =>
    expect(languageFilter([want])(lang)).toBe(true),
  );
});
