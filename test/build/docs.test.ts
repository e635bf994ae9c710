import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { picture, pictureData } from '../../build/picture.mjs';
import { topicsPage } from '../../build/topics-page.mjs';

test('docs/topics.md lists the feeds and columns of the catalogue; `npm run docs` updates it', async () => {
  expect(readFileSync('docs/topics.md', 'utf8')).toBe(await topicsPage());
});

test('docs/sample.svg shows the data of `run --sample`; `npm run docs` updates it', () => {
  expect(readFileSync('docs/sample.svg', 'utf8')).toBe(picture(pictureData()));
});

test('every message that docs/troubleshooting.md quotes is a message of the program', () => {
  const source = readdirSync('src', { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => readFileSync(`src/${file}`, 'utf8'))
    .join('\n');
  const rows = readFileSync('docs/troubleshooting.md', 'utf8').matchAll(/^\| (?!message)([^|]+) \|/gm);
  const quoted = [...rows].flatMap(([, symptom]) => symptom!.match(/`[^`]+`/g) ?? []);
  const parts = quoted.flatMap((text) =>
    text
      .slice(1, -1)
      .split('...')
      .map((part) => part.trim()),
  );
  const messages = parts.filter((part) => /\w \w+ \w/.test(part));
  expect(messages.length).toBeGreaterThan(10);
  expect(messages.filter((message) => !source.includes(message))).toEqual([]);
});
