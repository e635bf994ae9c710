import { type Check, fail, ok, warn } from '../../../core/check.ts';
import { UserError } from '../../../core/errors.ts';
import { counted } from '../../../core/text/numbers.ts';
import { formatTime } from '../../../core/util/time.ts';
import type { SourceContext } from '../../source.ts';
import { checkClock } from '../http/clock-skew.ts';
import { HttpError } from '../http/http-error.ts';
import { type Market, marketsOf } from '../markets.ts';
import { openSocket } from '../socket/text-socket.ts';
import { DEFAULT_QUOTE, type TradeOptionSettings } from './read-exchange.ts';
import type { TradeService } from './service.ts';

/** How to go on where a service does not answer. */
function failedCheck(what: string, error: unknown, { name }: TradeService): Check {
  if (error instanceof UserError) return fail(what, error.message, error.hint);
  if (!(error instanceof HttpError)) throw error;
  if (error.status === 403 || error.status === 451)
    return fail(
      what,
      `${error.message}: it refuses this address or region`,
      'Read another exchange (--source binance, kraken or coinbase), or set HTTPS_PROXY.',
    );
  return fail(what, error.message, `Check the network, HTTPS_PROXY, --${name}-url and --${name}-ws-url.`);
}

async function checkMarket(service: TradeService, { symbol, base, quote }: Market): Promise<Check> {
  const what = `${service.name} ${base}/${quote}`;
  try {
    const newest = await service.newest(symbol);
    return ok(what, newest ? `${newest.price} at ${formatTime(newest.time)}` : 'no trade yet');
  } catch (error) {
    return failedCheck(what, error, service);
  }
}

async function checkStream(service: TradeService, context: SourceContext): Promise<Check> {
  const { socketUrl, silenceMs } = service;
  const what = `${service.name} ${new URL(socketUrl).host}`;
  try {
    const socket = await openSocket({ url: socketUrl, silenceMs }, context);
    await socket.close();
    return ok(what, 'the stream opens');
  } catch (error) {
    return failedCheck(what, error, service);
  }
}

/** Checks reach, clock, the markets of the coins and the stream, without retries. `host`: of the requests. */
export async function* checkExchange(
  service: TradeService,
  host: string,
  { coins, quote = DEFAULT_QUOTE }: Pick<TradeOptionSettings, 'coins' | 'quote'>,
  context: SourceContext,
): AsyncGenerator<Check> {
  const what = `${service.name} ${host}`;
  try {
    const { markets, answer } = await service.list();
    yield ok(what, `reached, ${counted(markets.length, 'market')}`);
    yield checkClock(service.name, answer);
    const absent: string[] = [];
    const traded = marketsOf({ exchange: service.name, coins, quote }, markets, (text) => absent.push(text));
    for (const market of traded) yield await checkMarket(service, market);
    for (const text of absent)
      yield warn(
        `${service.name} markets`,
        text,
        'Remove the coin from --coin, or name another currency with --quote.',
      );
  } catch (error) {
    yield failedCheck(what, error, service);
  }
  yield await checkStream(service, context);
  await service.close();
}
