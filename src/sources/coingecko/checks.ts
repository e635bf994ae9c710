import { type Check, fail, ok, warn } from '../../core/check.ts';
import { UserError } from '../../core/errors.ts';
import { REJECTS } from '../../market/catalog/topics.ts';
import { checkClock } from '../shared/http/clock-skew.ts';
import { HttpError } from '../shared/http/http-error.ts';
import { SeenQuotes } from '../shared/poll/seen.ts';
import { latestTime, type SourceContext } from '../source.ts';
import { type GeckoApi, openGeckoApi } from './api.ts';
import { type GeckoSettings, geckoRecords } from './poll.ts';
import { geckoSelection, knownCurrencies } from './selection.ts';

const REACH = 'Check the network, HTTPS_PROXY and --coingecko-url.';

/** An error as a check result. */
function failedCall(error: unknown, service: string): Check {
  if (error instanceof UserError) return fail('coingecko request', error.message, error.hint);
  if (!(error instanceof HttpError)) throw error;
  if (error.status === 429)
    return warn(
      service,
      error.message,
      'Try again in a few minutes: all users of an address share its limit.',
    );
  if (error.status === 403)
    return fail(service, error.message, 'Use another network, or --source coinmarketcap.');
  return fail(service, error.message, REACH);
}

/** One poll, as `produce` does it. */
async function* checkQuotes(
  { coins, top, convert }: Pick<GeckoSettings, 'coins' | 'top' | 'convert'>,
  api: GeckoApi,
  service: string,
  context: SourceContext,
): AsyncGenerator<Check> {
  const warnings: Check[] = [];
  const say = (message: string): void => {
    const hint = 'None, if you mean these; otherwise change --coin or --convert.';
    warnings.push(warn('coingecko coins', message, hint));
  };
  const selection = geckoSelection({ coins, top }, say);
  const [currency = 'usd', ...others] = await knownCurrencies(convert, api, say);
  const { raws, answer } = await selection.markets(api, currency);
  yield ok(service, `reached, ${api.hasKey ? 'with a demo key' : 'without a key'}`);
  yield checkClock('coingecko', answer.http);
  yield* warnings;
  const target = { currency, polledAt: context.now(), topic: '', latest: latestTime(context) };
  const { records } = geckoRecords(raws, { ...target, seen: new SeenQuotes() });
  const rejects = records.filter(({ topic }) => topic === REJECTS);
  const good = records.length - rejects.length;
  const detail = `${good} in ${currency}${others.length > 0 ? `; not asked for: ${others.join(', ')}` : ''}`;
  yield good > 0
    ? ok('coingecko quotes', detail)
    : fail('coingecko quotes', 'none', 'Check --coin and --convert.');
  for (const { value } of rejects) {
    const { what, why } = JSON.parse(value!) as { what: string; why: string };
    yield warn(`coingecko ${what}`, why, 'Remove it from --coin if this persists.');
  }
}

/** Checks connectivity, the clock, the coins and the currencies. One to four requests, without retries. */
export async function* checkCoinGecko(
  settings: Omit<GeckoSettings, 'topic'>,
  context: SourceContext,
): AsyncGenerator<Check> {
  const service = `coingecko ${new URL(settings.coingeckoUrl).host}`;
  let api: GeckoApi | undefined;
  try {
    api = openGeckoApi(settings.coingeckoUrl, context);
    yield* checkQuotes(settings, api, service, context);
  } catch (error) {
    yield failedCall(error, service);
  } finally {
    await api?.close();
  }
}
