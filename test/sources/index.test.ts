import { expect, test } from 'vitest';
import { SOURCE_DELAYS } from '../../src/market/catalog/feeds.ts';
import { sources } from '../../src/sources/index.ts';
import type { Source } from '../../src/sources/source.ts';

test('exactly the live sources have a delay', () => {
  const live = Object.values<Pick<Source, 'name' | 'live'>>(sources).filter(
    (source) => source.live !== undefined,
  );
  expect(live.map(({ name }) => name).sort()).toEqual(Object.keys(SOURCE_DELAYS).sort());
});
