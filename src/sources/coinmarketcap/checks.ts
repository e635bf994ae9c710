import { type Check, fail, ok, warn } from '../../core/check.ts';
import { UserError } from '../../core/errors.ts';
import { groupDigits } from '../../core/text/numbers.ts';
import { formatSpan, formatTime, MINUTE, type Millis } from '../../core/util/time.ts';
import { REJECTS } from '../../market/catalog/topics.ts';
import { checkClock } from '../shared/http/clock-skew.ts';
import { HttpError } from '../shared/http/http-error.ts';
import { QuotaExhausted } from '../shared/poll/poller.ts';
import { SeenQuotes } from '../shared/poll/seen.ts';
import type { SourceContext } from '../source.ts';
import { type Api, openApi } from './api.ts';
import { affordable, type Budget, readBudgets } from './credits.ts';
import type { CmcSettings } from './poll.ts';
import { quoteRecords } from './records.ts';
import { rowsOf } from './rows.ts';
import { type Choice, selectionOf } from './selection.ts';
import { SymbolResolver } from './symbol-resolver.ts';

type Asked = Omit<CmcSettings, 'topic' | 'keepCached'>;

const REACH = 'Check the network, HTTPS_PROXY and --coinmarketcap-url.';

/** An error as a check result. */
function failing(error: unknown, service: string): Check {
  if (error instanceof UserError) return fail('coinmarketcap key', error.message, error.hint);
  if (error instanceof QuotaExhausted)
    return fail(
      'coinmarketcap credits',
      error.message,
      `Wait until ${formatTime(error.until)}, or upgrade the plan.`,
    );
  if (!(error instanceof HttpError)) throw error;
  return error.kind === 'service'
    ? warn(service, error.message, 'Try again in a few minutes; other programs may share the key or address.')
    : fail(service, error.message, REACH);
}

/** How long the credits of one period last. */
function lasting(budget: Budget, cost: number, every: Millis, now: Millis): Check {
  const what = 'coinmarketcap credits';
  const left = `${groupDigits(budget.left)} left until ${formatTime(budget.until)}`;
  if (budget.left < cost)
    return fail(what, `${left}, a poll costs ${cost}`, 'Wait until then, or upgrade the plan.');
  const lastsMs = Math.floor(budget.left / cost) * every;
  if (lastsMs >= budget.until - now) return ok(what, `${left}, enough for polls every ${formatSpan(every)}`);
  const minutes = Math.ceil(affordable([budget], cost, now) / MINUTE);
  return warn(
    what,
    `${left}; polls every ${formatSpan(every)} at ${cost} each use them up in ${formatSpan(Math.floor(lastsMs / MINUTE) * MINUTE)}`,
    `Polls slow down to make them last. To choose the period, set --every ${minutes}m`,
  );
}

/** Runs one poll, as `produce` does. */
async function poll(api: Api, choice: Choice): Promise<Check[]> {
  const warnings: Check[] = [];
  const say = (message: string): void => {
    const hint = 'None, if you mean this coin; otherwise remove it from --coin.';
    warnings.push(warn('coinmarketcap coins', message, hint));
  };
  const selection = selectionOf(choice, say);
  const { data, credits, answer } = await api.get(await selection.path(api));
  const { converts } = choice;
  const seen = new SeenQuotes();
  const writing = { topic: '', converts, keepCached: true, resolver: new SymbolResolver(say), seen };
  const { records } = quoteRecords(rowsOf(data), answer.askedAt, writing);
  const rejects = records.filter(({ topic }) => topic === REJECTS);
  const good = records.length - rejects.length;
  const detail = `${good} in ${converts.join(', ')}, for ${credits} credit${credits === 1 ? '' : 's'}`;
  const quotes =
    good > 0
      ? ok('coinmarketcap quotes', detail)
      : fail('coinmarketcap quotes', 'none', 'Check --coin and --convert.');
  const broken = rejects.map(({ value }) => {
    const { what, why } = JSON.parse(value!) as { what: string; why: string };
    return warn(`coinmarketcap ${what}`, why, 'Remove it from --coin if this persists.');
  });
  return [...warnings, quotes, ...broken];
}

/** Checks the key, how long its credits last, and the requested quotes. Two requests, without retries. */
export async function* checkCoinMarketCap(settings: Asked, context: SourceContext): AsyncGenerator<Check> {
  const { top, coins, convert: converts, every, credits: monthly, coinmarketcapUrl } = settings;
  const service = `coinmarketcap ${new URL(coinmarketcapUrl).host}`;
  let api: Api | undefined;
  try {
    api = openApi(coinmarketcapUrl, context);
    if (monthly === 0) {
      const { data, answer } = await api.get('/v1/key/info');
      yield ok(service, 'reached');
      yield ok('coinmarketcap key', 'accepted');
      yield checkClock('coinmarketcap', answer);
      const { cost } = selectionOf({ top, coins, converts }, () => {});
      const budgets = readBudgets(data, answer.answeredAt);
      for (const budget of budgets) yield lasting(budget, cost, every, answer.answeredAt);
      if (budgets.length === 0)
        yield warn(
          'coinmarketcap credits',
          'not reported by CoinMarketCap',
          'Set the number per month: --credits N',
        );
    }
    yield* await poll(api, { top, coins, converts });
  } catch (error) {
    yield failing(error, service);
  } finally {
    await api?.close();
  }
}
