import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { pickStore } from '../../../src/cli/page/pick-store.ts';
import { parseModel } from '../../../src/market/relevance/model-text.ts';
import { processed } from '../../market/relevance/picks.ts';

const newFile = () => join(mkdtempSync(join(tmpdir(), 'picks-')), 'model.json');
const post = (id: string, text: string) => JSON.stringify(processed(id, text));

test('a pick is stored in the model of learn, which learns on with each', () => {
  const file = newFile();
  const store = pickStore(file);
  expect([store.lists(), existsSync(file)]).toEqual([{ liked: [], disliked: [] }, false]);
  expect(store.add(post('1', 'gas fees again'), true)).toMatch(/: 1 pick \(1 liked, 0 disliked\), 1 new\. /);
  store.add(post('2', 'to the moon'), false);
  store.add(post('3', 'new gas record'), true);
  expect(store.add(post('4', 'moon soon'), false)).toMatch(/4 picks .* Held back: AUC /);
  expect(store.lists()).toEqual({ liked: ['1', '3'], disliked: ['2', '4'] });
  const { picks, linear } = parseModel(readFileSync(file, 'utf8'));
  expect(picks.map(({ id }) => id)).toEqual(['1', '2', '3', '4']);
  expect(linear.weights.size).toBeGreaterThan(0);
});

test('the last pick of a post counts', () => {
  const store = pickStore(newFile());
  store.add(post('1', 'gas'), true);
  store.add(post('1', 'gas'), false);
  expect(store.lists()).toEqual({ liked: [], disliked: ['1'] });
});

test('picks that learn adds meanwhile are seen and kept', () => {
  const file = newFile();
  const store = pickStore(file);
  store.add(post('1', 'gas'), true);
  pickStore(file).add(post('2', 'moon'), false);
  expect(store.lists().disliked).toEqual(['2']);
});

test('a file that is no model is refused and stays as it was', () => {
  const file = newFile();
  writeFileSync(file, 'mine');
  expect(() => pickStore(file).add(post('1', 'gas'), true)).toThrow(/--relevance .*it is not JSON/);
  expect(readFileSync(file, 'utf8')).toBe('mine');
});
