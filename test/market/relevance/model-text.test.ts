import { expect, test } from 'vitest';
import { relevanceScorer, trainRelevance } from '../../../src/market/relevance/model.ts';
import { formatModel, parseModel } from '../../../src/market/relevance/model-text.ts';
import { userPicks } from './picks.ts';

const model = trainRelevance(userPicks(30));
const text = formatModel(model);

test('a model that was written and read again scores the same, and learns on from the same picks', () => {
  const again = parseModel(text);
  const [a, b] = [relevanceScorer(model), relevanceScorer(again)];
  for (const { row } of userPicks(50, 2)) expect(b(row)).toBe(a(row));
  expect(formatModel(trainRelevance(again.picks))).toBe(text);
  expect(again.auc).toEqual(model.auc);
});

test('a stored model contains no text of a post', () => {
  expect(text).not.toContain('gas');
});

test.each([
  ['{', 'it is not JSON'],
  ['[]', 'it is no model of schema relevance/1'],
  ['{"schema":"relevance/2"}', 'it is no model of schema relevance/1'],
  ['{"schema":"relevance/1"}', 'its fields are damaged'],
  [text.replace(/"liked":(true|false)/, '"liked":1'), 'its fields are damaged'],
  [text.replace(/"indices":\[\d+/, '"indices":[70000'), 'its fields are damaged'],
  [text.replace(/"indices":\[\d+,/, '"indices":['), 'its fields are damaged'],
  [text.replace(/"bias":[-\d.]+/, '"bias":"0"'), 'its fields are damaged'],
])('a text that is no model is refused: %#', (damaged, why) => {
  expect(() => parseModel(damaged)).toThrow(new RangeError(why));
});
