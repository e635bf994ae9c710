import { expect, test } from 'vitest';
import { loadDependencies } from '../../src/runtime/dependencies.ts';
import { PHRASES } from '../../src/sources/sample/phrases.ts';

const TEXTS: readonly (readonly [string, string])[] = [
  ['Bitcoin price just broke out again, hold tight', 'en'],
  ['El precio de bitcoin sube otra vez', 'es'],
  ['Der Kurs ist heute stark gefallen', 'de'],
  ['Le prix du bitcoin monte encore', 'fr'],
  ['O preço do bitcoin subiu hoje', 'pt'],
  ['Bitcoin fiyatı bugün çok düştü', 'tr'],
  ['ビットコインの価格が上がった', 'ja'],
  ['비트코인 가격이 올랐다', 'ko'],
  ['比特币价格今天上涨了', 'zh'],
  ['سعر البيتكوين ارتفع اليوم', 'ar'],
];

test('language detection is deterministic, and undefined without words', async () => {
  const detect = (await loadDependencies(['detectLanguage'])).detectLanguage!;
  for (const [text, language] of [...TEXTS, ...TEXTS]) expect(detect(text)).toBe(language);
  for (const text of ['', '🚀🚀', '$BTC', '68,000']) expect(detect(text)).toBeUndefined();
});

test('the detector is loaded only on demand', async () => {
  expect(await loadDependencies([])).toEqual({});
  expect((await loadDependencies(['detectLanguage'])).detectLanguage?.(TEXTS[1]![0])).toBe('es');
});

const SAMPLES = PHRASES.flatMap(({ lang, good, bad, plain }) =>
  [...good, ...bad, ...plain].map((text) => ({ lang, text })),
);
test.each([
  ['names', (text: string) => text.replaceAll('{coin}', 'Bitcoin')],
  ['tickers', (text: string) => text.replaceAll('{coin}', '$BTC')],
  [
    'English tags behind',
    (text: string) =>
      `${text.replaceAll('{coin}', 'BTC')} #Bitcoin #crypto #BuyTheDip #trading $BTC $ETH BTCUSDT`,
  ],
])('more than 90 %% of the sample posts with %s have their language', async (_, write) => {
  const detect = (await loadDependencies(['detectLanguage'])).detectLanguage!;
  const right = SAMPLES.filter(
    ({ lang, text }) => detect(write(text).replaceAll('{price}', '68,000')) === lang,
  );
  expect(right.length / SAMPLES.length).toBeGreaterThan(0.95);
});
