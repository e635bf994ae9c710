import { expect, test } from 'vitest';
import { relevanceScorer, trainRelevance, withPicks } from '../../../src/market/relevance/model.ts';
import { userPicks } from './picks.ts';

test('a model ranks unseen posts about as well as its held-back AUC says', () => {
  const model = trainRelevance(userPicks(300));
  const score = relevanceScorer(model);
  const fresh = userPicks(600, 2).map((pick) => ({ ...pick, score: score(pick.row) }));
  const [liked, disliked] = [fresh.filter((pick) => pick.liked), fresh.filter((pick) => !pick.liked)];
  const above = liked.reduce((sum, a) => sum + disliked.filter((b) => a.score > b.score).length, 0);
  const auc = above / (liked.length * disliked.length);
  expect(auc).toBeGreaterThan(0.8);
  expect(model.auc!.low).toBeLessThan(auc);
  expect(model.auc!.high).toBeGreaterThan(auc);
});

test('about a share p of the posts with relevance p is liked', () => {
  const score = relevanceScorer(trainRelevance(userPicks(400)));
  const fresh = userPicks(3000, 3).map((pick) => ({ ...pick, score: score(pick.row) }));
  for (const [low, high] of [
    [0, 0.35],
    [0.35, 1],
  ] as const) {
    const part = fresh.filter((pick) => pick.score >= low && pick.score < high);
    const mean = part.reduce((sum, pick) => sum + pick.score, 0) / part.length;
    expect(Math.abs(part.filter((pick) => pick.liked).length / part.length - mean)).toBeLessThan(0.1);
  }
});

test('picks that come one by one give the model of all at once, in any order', () => {
  const picks = userPicks(40);
  const stepwise = picks.reduce<ReturnType<typeof withPicks>>((all, pick) => withPicks(all, [pick]), []);
  const [a, b, c] = [picks, stepwise, [...picks].reverse()].map((some) =>
    relevanceScorer(trainRelevance(some)),
  );
  for (const { row } of userPicks(20, 4)) {
    expect(b!(row)).toBe(a!(row));
    expect(c!(row)).toBeCloseTo(a!(row), 3);
  }
});

test('a later pick of the same post replaces the earlier one', () => {
  const [first, second] = userPicks(2) as [never, never];
  const changed = { ...(first as object), liked: !(first as { liked: boolean }).liked } as never;
  expect(withPicks([first, second], [changed])).toEqual([changed, second]);
});

test('picks of one kind have no area under the curve, and give every post a finite relevance', () => {
  const picks = userPicks(20).filter(({ liked }) => liked);
  const model = trainRelevance(picks);
  expect(model.auc).toBeUndefined();
  expect(relevanceScorer(model)(picks[0]!.row)).toBeGreaterThan(0.5);
  expect(trainRelevance([]).auc).toBeUndefined();
});
