import { expect, test } from 'vitest';
import type { Settings } from '../../src/core/option.ts';
import { trainRelevance } from '../../src/market/relevance/model.ts';
import { formatModel } from '../../src/market/relevance/model-text.ts';
import type { Output } from '../../src/processors/processor.ts';
import { relevanceConflicts, relevanceFiles } from '../../src/processors/select/relevance.ts';
import { select } from '../../src/processors/select.ts';
import { userPicks } from '../market/relevance/picks.ts';

const defaults = Object.fromEntries(
  Object.entries(select.options).map(([name, { fallback }]) => [name, fallback]),
) as Settings<typeof select.options>;
const model = (count: number) => formatModel(trainRelevance(userPicks(count)));

/** What select emits for a post with a text: its values, or the reason why it is dropped. */
function selected(text: string, changes: Partial<typeof defaults>, model: string) {
  const logic = select.build({ ...defaults, ...changes }, new Map(), {
    files: new Map([['--relevance', model]]),
  });
  const answers: (string | object | null)[] = [];
  const out = {
    emit: ({ value }: Output) => void answers.push(value),
    late: () => expect.unreachable(),
    drop: (reason: string) => void answers.push(reason),
  };
  const value = { data: { id: '1790000000000000001', text, created_at: '2026-03-02T10:00:00.000Z' } };
  const input = { topic: 'tweets', from: 'tweets', partition: 0, offset: 0, key: null, value, headers: {} };
  logic.accept(input, out);
  return answers;
}

test('each record of a post has its relevance, which is higher for words that the user likes', () => {
  const trained = model(200);
  const relevanceOf = (text: string) =>
    selected(text, {}, trained).map((value) => (value as { relevance: number }).relevance);
  const [liked, again] = relevanceOf('audit of $BTC and $ETH staking');
  const [other] = relevanceOf('meme of $BTC and $ETH chart');
  expect(again).toBe(liked);
  expect(liked).toBeGreaterThan(other!);
  for (const one of [liked, other]) expect(one! > 0 && one! < 1).toBe(true);
});

test('--fields keeps the relevance only where it names it', () => {
  const trained = model(60);
  expect(selected('$BTC', { fields: ['text'] }, trained)[0]).not.toHaveProperty('relevance');
  expect(selected('$BTC', { fields: ['relevance'] }, trained)[0]).toHaveProperty('relevance');
});

test('--min-relevance drops a post of less, and counts it', () => {
  const trained = model(200);
  expect(selected('meme $BTC', { minRelevance: 1 }, trained)).toEqual(['low relevance']);
  expect(selected('meme $BTC', { minRelevance: 0 }, trained)).toHaveLength(1);
});

test('--min-relevance is refused for a model of fewer than 50 picks, but not with --force', () => {
  const check = (count: number, changes: object) => () =>
    relevanceFiles({ relevance: 'm.json', minRelevance: 0.5, force: false, ...changes })[0]!.check(
      model(count),
    );
  expect(check(49, {})).toThrow(/^it has 49 picks, which rank posts but are too few for --min-relevance/);
  expect(check(50, {})).not.toThrow();
  expect(check(49, { force: true })).not.toThrow();
  expect(check(49, { minRelevance: undefined })).not.toThrow();
});

test('--min-relevance and --force need a model', () => {
  expect(relevanceConflicts({ relevance: undefined, minRelevance: 0.5, force: true })).toEqual([
    '--min-relevance needs a model: name one with --relevance FILE',
    '--force needs a model: name one with --relevance FILE',
  ]);
  expect(relevanceConflicts({ relevance: 'm.json', minRelevance: 0.5, force: true })).toEqual([]);
});
