import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { picture, pictureData } from '../../build/picture.mjs';
import { topicsPage } from '../../build/topics-page.mjs';

test('docs/topics.md lists the feeds and columns of the catalogue; `npm run docs` updates it', async () => {
  expect(readFileSync('docs/topics.md', 'utf8')).toBe(await topicsPage());
});

test('docs/sample.svg shows the data of `run --sample`; `npm run docs` updates it', () => {
  expect(readFileSync('docs/sample.svg', 'utf8')).toBe(picture(pictureData()));
});
