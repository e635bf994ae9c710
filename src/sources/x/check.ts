import { type Check, fail, ok, warn } from '../../core/check.ts';
import { UserError } from '../../core/errors.ts';
import type { Settings } from '../../core/option.ts';
import { examineClock } from '../shared/http/clock-skew.ts';
import { type HttpHeaders, oneHeader } from '../shared/http/headers.ts';
import { monthOf } from '../shared/poll/periods.ts';
import type { SourceContext } from '../source.ts';
import { type Access, accessTo } from './api/access.ts';
import { judge } from './api/classify-error.ts';
import { XApiError } from './api/error.ts';
import type { xOptions } from './options.ts';
import { OWNED_MARK, planRules } from './rules/reconcile.ts';
import { requestedRules } from './rules/requested-rules.ts';
import { type Listed, type RulesApi, rulesApi } from './rules/rules-api.ts';
import { monthlyQuota } from './stream/monthly-quota.ts';
import { countOf, readSet, TOPICS_MARK, topicsIn } from './stream/position.ts';

type XSettings = Settings<typeof xOptions>;

/** What an error means to somebody who wants to know whether X can be read. */
function judged(what: string, error: unknown): Check {
  if (error instanceof UserError) return fail(what, error.message, error.hint);
  if (!(error instanceof XApiError)) throw error;
  const verdict = judge(error);
  if (verdict.act === 'stop') return fail(what, verdict.problem.message, verdict.problem.hint);
  if (verdict.cause === 'rate')
    return warn(what, `X asks to wait (${error.message})`, 'Ask again in a quarter of an hour.');
  return fail(
    what,
    `X does not answer (${error.message})`,
    'Check the network, HTTPS_PROXY and --x-url; a run goes on trying.',
  );
}

function limitFinding(headers: HttpHeaders): Check | undefined {
  const left = oneHeader(headers, 'x-rate-limit-remaining');
  const all = oneHeader(headers, 'x-rate-limit-limit');
  if (left === undefined || all === undefined) return undefined;
  const detail = `${left} of ${all} calls for rules left in this quarter of an hour`;
  return Number(left) > Number(all) / 10
    ? ok('rate limit of X', detail)
    : warn('rate limit of X', detail, 'Wait a quarter of an hour before the next start.');
}

async function* rulesFindings(
  settings: XSettings,
  { rules }: Listed,
  api: RulesApi,
  context: SourceContext,
): AsyncGenerator<Check> {
  const what = 'rules at X';
  const wanted = await requestedRules(settings);
  if (wanted.length === 0) {
    yield rules.length > 0
      ? ok(what, `${rules.length}, used as they are`)
      : fail(
          what,
          'none, and none are asked for',
          "Say what to follow: --coin btc,eth, --rule 'tag=value' or --rules-file PATH.",
        );
    return;
  }
  const owned = readSet(await context.position(OWNED_MARK));
  const { add, remove, foreign, taken } = planRules(wanted, rules, owned, settings.replaceRules);
  const refused = add.length === 0 ? [] : await api.add(add, true);
  for (const { value, why } of refused) yield fail(what, `${value}: ${why}`, 'Mend this rule.');
  for (const { wanted: rule, by } of taken)
    yield warn(
      what,
      `${rule.value} is there with the tag '${by.tag}', not '${rule.tag}'`,
      'Give it that tag, or start with --replace-rules.',
    );
  const asked = `${rules.length} there, ${wanted.length} asked for`;
  yield ok(what, `${asked}: ${add.length} to add, ${remove.length} to delete, ${foreign.length} not ours`);
}

async function* lookAtRules(settings: XSettings, access: Access, context: SourceContext) {
  const api = rulesApi(access.reach, await access.token());
  const listed = await api.list();
  const limit = limitFinding(listed.answer.headers);
  yield ok('key of X', 'accepted');
  yield examineClock('X', listed.answer);
  if (limit !== undefined) yield limit;
  if (settings.sampleStream) yield ok('rules at X', 'none needed for the sample stream');
  else yield* rulesFindings(settings, listed, api, context);
}

/** Looks at the key, the clock, the rules, the rate limit and what the month has used. Changes nothing. */
export async function* examine(settings: XSettings, context: SourceContext): AsyncGenerator<Check> {
  try {
    yield* lookAtRules(settings, accessTo(settings.url, context), context);
  } catch (error) {
    yield judged('X', error);
  }
  const topics = topicsIn(await context.position(TOPICS_MARK));
  const now = context.now();
  const none = { month: monthOf(now), posts: 0 };
  const spent = monthlyQuota(settings.maxPosts, none, await countOf(topics, context), () => {});
  const note = spent.note(now);
  yield spent.blockedUntil(now) === undefined
    ? ok('posts of X', note)
    : warn('posts of X', note, 'Raise --max-posts, or wait for the next month.');
}
