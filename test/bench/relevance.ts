import { aucOf } from '../../src/core/learn/auc.ts';
import { probabilityOf } from '../../src/core/learn/logistic.ts';
import { parseJson } from '../../src/core/util/json.ts';
import { random } from '../../src/core/util/random.ts';
import type { Tweet } from '../../src/market/posts/body.ts';
import { readTweet } from '../../src/market/posts/tweet.ts';
import { type Pick, relevanceScorer, trainRelevance } from '../../src/market/relevance/model.ts';
import { readPicks } from '../../src/market/relevance/read-pick.ts';
import { sentimentScore } from '../../src/market/text/sentiment.ts';
import { realMinutes } from '../../src/sources/sample/minutes.ts';
import { posts } from '../../src/sources/sample/posts.ts';

const PICKS = [10, 20, 50, 100, 200, 500, 1000];
const USERS = 10;

interface Judged extends Pick {
  /** The user's own log odds: nobody can rank better. */
  readonly odds: number;
}

/** The posts of the sample, each as a function of a user's taste. */
function samplePosts(): { readonly tweet: Tweet; readonly value: unknown; readonly text: string }[] {
  const found = new Map<string, { tweet: Tweet; value: unknown; text: string }>();
  for (const { record } of posts(realMinutes(), 1, 'tweets')) {
    if (record === undefined || record.topic !== 'tweets' || record.value === null) continue;
    const value = parseJson(record.value);
    const tweet = readTweet(value);
    found.set(tweet.id, { tweet, value, text: record.value });
  }
  return [...found.values()];
}

/** A simulated user: likes some authors, one coin and a mood, dislikes retweets, and is of two minds about most posts. */
function judged(sample: ReturnType<typeof samplePosts>, user: number): Judged[] {
  const { chance, next, between } = random(user, 'user');
  const authors = new Map<string | null, number>();
  const [coin, mood, retweet] = [between(-2, 2), between(-1.5, 1.5), between(-2, 0)];
  const all = sample.map(({ tweet: { body }, value, text }) => {
    if (!authors.has(body.author_id)) authors.set(body.author_id, chance(0.2) ? between(0, 3) : 0);
    const odds =
      -0.5 +
      authors.get(body.author_id)! +
      (/\beth(?:ereum)?\b/i.test(body.text) ? coin : 0) +
      Math.sign(sentimentScore(body.text)) * mood +
      (body.kind === 'retweet' ? retweet : 0);
    return { ...readPicks(value, text, next() < probabilityOf(odds))[0]!, odds };
  });
  return all
    .map((one) => ({ one, at: next() }))
    .sort((a, b) => a.at - b.at)
    .map(({ one }) => one);
}

/** AUC by the number of picks, the means of some users: as `learn` says it, on new posts, and the user's own. */
export function relevanceTable(): string[] {
  const sample = samplePosts();
  const rows = Array.from({ length: USERS }, (_, user) => {
    const all = judged(sample, user + 1);
    const fresh = all.slice(PICKS.at(-1));
    const labels = fresh.map(({ liked }) => liked);
    const best = aucOf(
      fresh.map(({ odds }) => odds),
      labels,
    ).auc;
    return PICKS.map((count) => {
      const model = trainRelevance(all.slice(0, count));
      const score = relevanceScorer(model);
      const onNew = aucOf(
        fresh.map(({ row }) => score(row)),
        labels,
      ).auc;
      const { auc = 0.5, low = 0, high = 1 } = model.auc ?? {};
      return { auc, low, high, onNew, best, within: low <= onNew && onNew <= high ? 1 : 0 };
    });
  });
  const mean = (at: number, name: keyof (typeof rows)[0][0]) =>
    (rows.reduce((sum, row) => sum + row[at]![name], 0) / USERS).toFixed(2);
  return PICKS.map((count, at) =>
    [
      `${count} picks`.padEnd(12),
      `held back ${mean(at, 'auc')} (${mean(at, 'low')} to ${mean(at, 'high')})`,
      `new posts ${mean(at, 'onNew')}, in ${mean(at, 'within')} of the intervals`,
      `at best ${mean(at, 'best')}`,
    ].join('   '),
  );
}
