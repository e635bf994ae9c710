import { type Check, fail, ok, warn } from '../../core/check.ts';
import { UserError } from '../../core/errors.ts';
import type { Settings } from '../../core/option.ts';
import { checkClock } from '../shared/http/clock-skew.ts';
import { type HttpHeaders, oneHeader } from '../shared/http/headers.ts';
import { monthOf } from '../shared/poll/periods.ts';
import type { SourceContext } from '../source.ts';
import { type Access, accessTo } from './api/access.ts';
import { classifyError } from './api/classify-error.ts';
import { XApiError } from './api/error.ts';
import { OWNED_RULES, planRules } from './rules/reconcile.ts';
import { requestedRules } from './rules/requested-rules.ts';
import { type Listed, type RulesApi, rulesApi } from './rules/rules-api.ts';
import { monthlyQuota } from './stream/monthly-quota.ts';
import { countOf, parseSet, TOPICS_POSITION, topicsIn } from './stream/position.ts';
import type { xOptions } from './x-options.ts';

type XSettings = Settings<typeof xOptions>;

/** An error as a check result. */
function failedCheck(what: string, error: unknown): Check {
  if (error instanceof UserError) return fail(what, error.message, error.hint);
  if (!(error instanceof XApiError)) throw error;
  const action = classifyError(error);
  if (action.act === 'stop') return fail(what, action.error.message, action.error.hint);
  if (action.cause === 'rate')
    return warn(what, `X is rate limiting (${error.message})`, 'Try again in 15 minutes.');
  return fail(
    what,
    `X does not answer (${error.message})`,
    'Check the network, HTTPS_PROXY and --x-url; a run keeps retrying.',
  );
}

function rateLimitCheck(headers: HttpHeaders): Check | undefined {
  const left = oneHeader(headers, 'x-rate-limit-remaining');
  const all = oneHeader(headers, 'x-rate-limit-limit');
  if (left === undefined || all === undefined) return undefined;
  const detail = `${left} of ${all} rule requests left in this 15-minute window`;
  return Number(left) > Number(all) / 10
    ? ok('X rate limit', detail)
    : warn('X rate limit', detail, 'Wait 15 minutes before the next start.');
}

async function* rulesChecks(
  settings: XSettings,
  { rules }: Listed,
  api: RulesApi,
  context: SourceContext,
): AsyncGenerator<Check> {
  const what = 'X rules';
  const requested = await requestedRules(settings);
  if (requested.length === 0) {
    yield rules.length > 0
      ? ok(what, `${rules.length}, used unchanged`)
      : fail(
          what,
          'none on X, and none requested',
          "Choose what to follow: --coin btc,eth, --rule 'tag=value' or --rules-file PATH.",
        );
    return;
  }
  const owned = parseSet(await context.position(OWNED_RULES));
  const { add, remove, foreign, taken } = planRules(requested, rules, owned, settings.replaceRules);
  const refused = add.length === 0 ? [] : await api.add(add, true);
  for (const { value, why } of refused) yield fail(what, `${value}: ${why}`, 'Fix this rule.');
  for (const { requested: rule, by } of taken)
    yield warn(
      what,
      `${rule.value} exists with the tag '${by.tag}', not '${rule.tag}'`,
      'Use that tag, or start with --replace-rules.',
    );
  const summary = `${rules.length} on X, ${requested.length} requested`;
  yield ok(
    what,
    `${summary}: ${add.length} to add, ${remove.length} to delete, ${foreign.length} from elsewhere`,
  );
}

async function* checkRules(settings: XSettings, access: Access, context: SourceContext) {
  const api = rulesApi(access.endpoint, await access.token());
  const listed = await api.list();
  const limit = rateLimitCheck(listed.answer.headers);
  yield ok('X key', 'accepted');
  yield checkClock('X', listed.answer);
  if (limit !== undefined) yield limit;
  if (settings.sampleStream) yield ok('X rules', 'not needed for the sample stream');
  else yield* rulesChecks(settings, listed, api, context);
}

/** Checks the key, clock, rules, rate limit and monthly usage. Changes nothing. */
export async function* checkX(settings: XSettings, context: SourceContext): AsyncGenerator<Check> {
  try {
    yield* checkRules(settings, accessTo(settings.url, context), context);
  } catch (error) {
    yield failedCheck('X', error);
  }
  const topics = topicsIn(await context.position(TOPICS_POSITION));
  const now = context.now();
  const none = { month: monthOf(now), posts: 0 };
  const quota = monthlyQuota(settings.maxPosts, none, await countOf(topics, context), () => {});
  const note = quota.note(now);
  yield quota.blockedUntil(now) === undefined
    ? ok('X posts', note)
    : warn('X posts', note, 'Raise --max-posts, or wait for the next month.');
}
