import { usageProblems } from '../../core/errors.ts';
import type { Settings } from '../../core/option.ts';
import { defineSource } from '../source.ts';
import { accessTo, SECRETS } from './api/access.ts';
import { streamFields } from './api/fields.ts';
import { retryCall } from './api/retry.ts';
import { openStream } from './api/x-client.ts';
import { checkX } from './checks.ts';
import { requestedRules } from './rules/requested-rules.ts';
import { rulesApi } from './rules/rules-api.ts';
import { repairRules, showPlan, syncRules } from './rules/sync-rules.ts';
import {
  countOf,
  formatSet,
  parsePosition,
  positionName,
  TOPICS_POSITION,
  topicsIn,
} from './stream/position.ts';
import { readPostStream } from './stream/stream.ts';
import { postTopics } from './stream/topics.ts';
import { xOptions } from './x-options.ts';

function check(settings: Settings<typeof xOptions>): string[] {
  const { sampleStream, rules, rulesFile, coins, replaceRules, dryRun } = settings;
  const hasRules = rules.length > 0 || rulesFile !== undefined;
  const problems: string[] = [];
  if (sampleStream && (hasRules || replaceRules || dryRun))
    problems.push(
      '--sample-stream uses no rules: remove --rule, --rules-file, --replace-rules and --dry-run',
    );
  if (replaceRules && !hasRules && coins.length === 0)
    problems.push('--replace-rules would delete every rule: add --coin, --rule or --rules-file');
  return problems;
}

export const x = defineSource({
  name: 'x',
  summary: 'Stream posts from X by rule or coin, or the 1 % sample.',
  feeds: { tweets: ['tweets'] },
  live: { secrets: SECRETS, endless: true, check: checkX },
  options: xOptions,
  examples: [
    'cryptopipe produce tweets --source x --coin btc,eth',
    'cryptopipe produce tweets --source x --rule python=python --max-posts 10000',
    "cryptopipe produce tweets --source x --rules-file companies.txt --topic '{tag}_posts'",
    'cryptopipe produce tweets --source x --coin sol --replace-rules --dry-run',
  ],
  fills: ({ sampleStream }) => (sampleStream ? [] : ['tag', 'coin', 'coin_name']),
  check,
  inspect: (settings) => usageProblems(requestedRules(settings)),
  async *read(settings, context) {
    const topic = settings.topic ?? 'tweets';
    const requested = await requestedRules(settings);
    const access = accessTo(settings.url, context);
    const token = await retryCall(context, access.token);
    if (token === undefined) return;
    const api = rulesApi(access.endpoint, token);
    if (settings.dryRun) return await showPlan(requested, settings.replaceRules, api, context);
    const tags: string[] = [];
    if (settings.sampleStream) {
      if (settings.coins.length > 0) context.info('--sample-stream: --coin does not filter the posts');
    } else {
      const active = yield* syncRules(requested, settings.replaceRules, api, context);
      if (active === undefined) return;
      tags.push(...active.map(({ tag }) => tag).filter((tag) => tag !== ''));
    }
    const known = topicsIn(await context.position(TOPICS_POSITION));
    if (!known.has(topic))
      yield { records: [], position: { name: TOPICS_POSITION, value: formatSet([...known, topic]) } };
    const others = [...known].filter((name) => name !== topic);
    const path = settings.sampleStream ? 'tweets/sample/stream' : 'tweets/search/stream';
    yield* readPostStream(
      {
        connect: (minutes) =>
          openStream(access.endpoint, token, path, {
            ...streamFields(settings.fullRetweets === 'yes'),
            ...(minutes > 0 && { backfill_minutes: minutes }),
          }),
        repairRules: () => repairRules(requested, api, context),
        topic,
        topics: postTopics(topic, tags),
        elsewhere: await countOf(others, context),
        resume: parsePosition(await context.position(positionName(topic)), context.now()),
        backfillMs: settings.backfill,
        maxPosts: settings.maxPosts,
      },
      context,
    );
  },
});
