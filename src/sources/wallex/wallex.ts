import { list } from '../../core/option.ts';
import { httpClient } from '../shared/http/client.ts';
import { clockSkew, describeSkew, isSkewed } from '../shared/http/clock-skew.ts';
import { every } from '../shared/options.ts';
import { polling } from '../shared/poll/poller.ts';
import { QUOTE_PLACEHOLDERS } from '../shared/quote-record.ts';
import { serviceUrl } from '../shared/service-url.ts';
import { defineSource } from '../source.ts';
import { checkWallex } from './checks.ts';
import { readMarkets } from './markets.ts';
import { missing } from './missing.ts';
import { marketRecords } from './records.ts';

const symbols = list('--symbols', '<list>', 'Wallex markets to follow.', ['USDTTMN'], readSymbol);

function readSymbol(text: string): string {
  const symbol = text.toUpperCase();
  if (/^[A-Z0-9]{2,30}$/.test(symbol)) return symbol;
  throw new RangeError(`'${text}' is not a market; write it as Wallex does, such as USDTTMN`);
}

const options = {
  symbols,
  every,
  wallexUrl: serviceUrl('--wallex-url', 'Wallex', 'https://api.wallex.ir'),
};

export const wallex = defineSource({
  name: 'wallex',
  summary: 'Poll Wallex market prices, such as USDT in Toman; public, no key.',
  feeds: { prices: ['prices-wallex'] },
  live: { onlyFor: 'rates in Toman', secrets: [], endless: false, check: checkWallex },
  options,
  examples: [
    'cryptopipe produce prices --source wallex',
    'cryptopipe produce prices --source wallex --symbols USDTTMN,BTCTMN --once',
  ],
  fills: () => QUOTE_PLACEHOLDERS,
  async *read({ symbols, every, wallexUrl, topic = 'prices-wallex' }, context) {
    const client = httpClient(wallexUrl, context);
    let isWarned = false;
    const missed = missing(symbols, context.warn);
    const ask = async () => {
      const answer = await client.get('/v1/markets');
      const markets = readMarkets(answer);
      missed(markets);
      const records = marketRecords(markets, symbols, topic, answer);
      const skew = clockSkew(answer);
      const note = isSkewed(skew) ? `the local clock is ${describeSkew(skew)} Wallex's` : undefined;
      if (note !== undefined && !isWarned) {
        isWarned = true;
        context.warn(
          `wallex: ${note}; quotes carry the local time: synchronize the clock, for example by NTP`,
        );
      }
      context.status(note);
      return { records };
    };
    try {
      yield* polling({ source: 'wallex', host: new URL(wallexUrl).host, every, ask }, context);
    } finally {
      await client.close();
    }
  },
});
