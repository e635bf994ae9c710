import { UserError } from '../../core/errors.ts';
import { type Option, optionalText, text as textOption, toggle } from '../../core/option.ts';
import { span } from '../../core/span-options.ts';
import { topicName } from '../../core/text/topic-name.ts';
import { DAY, HOUR } from '../../core/util/time.ts';
import { readCoin } from '../../market/text/coins.ts';
import { defineCommand } from '../args/command.ts';
import { queryOptions } from '../args/common-options.ts';
import { didYouMean } from '../args/suggest.ts';
import { titlePaint } from '../output/colors.ts';
import { wrapText } from '../output/wrap-text.ts';
import { leadSentence } from '../picture/lead-sentence.ts';
import { marketJson, marketLines, marketTable } from '../picture/market-lines.ts';
import { type MarketChoice, type MarketView, readMarket } from '../picture/market-view.ts';
import { withExistingBus } from '../pipeline/bus.ts';
import { queryOpener } from '../pipeline/session.ts';

const coin: Option<string | undefined> = {
  ...optionalText(
    '--coin',
    '<coin>',
    'Coin to show, by symbol or name (default: btc, or the one with most).',
  ),
  parse: readCoin,
};
const topic = (flag: `--${string}`, name: string) => ({
  ...textOption(flag, '<topic>', `Topic of the ${name}.`, name),
  parse: topicName,
});

const text = (lines: readonly string[]): string => `${lines.join('\n')}\n`;

/** Throws UserError if there is nothing to show. */
function viewOf({ view, coins }: MarketChoice, asked: string | undefined): MarketView {
  if (view !== undefined) return view;
  if (asked === undefined || coins.length === 0)
    throw new UserError(
      'failed',
      'the bus has no candles and no signals',
      "Fill it with 'cryptopipe run', or 'cryptopipe run --sample' without any input.",
    );
  throw new UserError(
    'usage',
    `--coin ${asked}: the bus has nothing about it${didYouMean(asked, coins)}`,
    `It has ${[...coins].sort().join(', ')}.`,
  );
}

export const command = defineCommand({
  options: {
    coin,
    history: span('--history', 'How much to show, up to the newest window.', DAY, {
      min: HOUR,
      max: 366 * DAY,
    }),
    candles: topic('--candles', 'candles'),
    signals: topic('--signals', 'signals'),
    json: toggle('--json', 'Print one JSON object with every window.'),
    ...queryOptions,
  },
  everyday: ['--coin', '--history', '--json'],
  components: [],
  examples: [
    'cryptopipe show',
    'cryptopipe show --coin eth --history 7d',
    "cryptopipe show --json | jq '.windows[-1]'",
  ],
  async run({ settings }, io) {
    const topics = { candles: settings.candles, signals: settings.signals };
    await withExistingBus(settings, io, queryOpener(settings, io), async (log) => {
      const view = viewOf(await readMarket(log, settings, topics), settings.coin);
      if (settings.json) return io.out(marketJson(view));
      if (!io.outIsTerminal) return io.out(text(marketTable(view)));
      io.out(text(marketLines(view, io.width, await titlePaint(io))));
      const { coin, signals } = view;
      if (signals === undefined) return;
      const scope = { topic: topics.signals, coins: [coin], windows: [signals.window] };
      const sentence = await leadSentence(log, scope);
      if (sentence !== undefined) io.out(text(['', ...wrapText(sentence, io.width)]));
    });
  },
});
