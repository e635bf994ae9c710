import { UserError } from '../../../core/errors.ts';
import { integer, listOf, type Option, text, toggle } from '../../../core/option.ts';
import { span, windows } from '../../../core/span-options.ts';
import { counted } from '../../../core/text/numbers.ts';
import { topicName } from '../../../core/text/topic-name.ts';
import { DAY, MINUTE, type Millis, SECOND } from '../../../core/util/time.ts';
import { formatWindow } from '../../../core/util/window-length.ts';
import type { Log } from '../../../log/log.ts';
import { testLead, USUAL_DRAW, USUAL_SERIES } from '../../../market/lead/lead-test.ts';
import { sentences } from '../../../market/lead/sentences.ts';
import { LEAD_COLUMNS, type LeadSeries } from '../../../market/lead/signal-windows.ts';
import { coins } from '../../../sources/shared/options.ts';
import { defineCommand } from '../../args/command.ts';
import { queryOptions } from '../../args/common-options.ts';
import { titlePaint } from '../../output/colors.ts';
import { withExistingBus } from '../../pipeline/bus.ts';
import { loggerFor, queryOpener } from '../../pipeline/session.ts';
import { lagChart, leadTable } from './lag-lines.ts';
import { leadJson } from './lead-json.ts';
import { readWindows } from './read-windows.ts';
import { leftOutText, nothingToTest, refuseUntestable } from './refusals.ts';

const SERIES = Object.keys(LEAD_COLUMNS) as LeadSeries[];

const history: Option<Millis | undefined> = {
  ...span('--history', 'Only windows that began within this span before the newest one ended.', DAY, {
    min: MINUTE,
    max: 36_500 * DAY,
  }),
  fallback: undefined,
  fallbackText: '',
};

const options = {
  coins: { ...coins, help: 'Coins to test together, by symbol or name (default: all in the topic).' },
  windows: {
    ...windows('--window', 'Lengths of windows to test together (default: all in the topic).', [], {
      min: SECOND,
      max: 30 * DAY,
    }),
    fallbackText: '',
  },
  series: listOf<LeadSeries>(
    '--series',
    `<${SERIES.join('|')}>`,
    'What may lead the return, or follow it.',
    USUAL_SERIES,
    (part) => {
      if (!SERIES.includes(part as LeadSeries))
        throw new RangeError(`'${part}' is not one of ${SERIES.join(', ')}`);
      return part as LeadSeries;
    },
    'attention',
  ),
  lags: integer('--lags', '<n>', 'Lags to test, in windows: from -n to n.', USUAL_DRAW.highestLag, {
    min: 1,
    max: 48,
  }),
  history,
  seed: integer(
    '--seed',
    '<n>',
    'Seed of the random shifts; the same seed gives the same p.',
    USUAL_DRAW.seed,
    {
      min: 0,
      max: 2 ** 31 - 1,
    },
  ),
  topic: {
    ...text('--topic', '<topic>', 'Topic of the signals.', 'signals'),
    parse: topicName,
  },
  json: toggle('--json', 'Print one JSON object with every lag, instead of words and a table.'),
  ...queryOptions,
};

export const command = defineCommand({
  options,
  everyday: ['--coin', '--window', '--series', '--lags', '--history', '--json'],
  components: [],
  examples: [
    'cryptopipe signals test',
    'cryptopipe signals test --coin btc,eth --window 10m,1h --history 30d',
    "cryptopipe signals test --series attention,sentiment --json | jq '.tests[].lags'",
  ],
  async run({ settings }, io) {
    const logger = loggerFor(settings, io);
    const filter = {
      coins: settings.coins,
      windows: settings.windows.map(formatWindow),
      historyMs: settings.history,
    };
    const read = (log: Log) => readWindows(log, settings.topic, filter);
    const found = await withExistingBus(settings, io, queryOpener(settings, io), read);
    if (found.invalid > 0)
      logger.warn(`${counted(found.invalid, 'record')} of ${settings.topic} cannot be read`);
    if (found.provisional > 0) logger.info(`${counted(found.provisional, 'window')} not final, left out`);
    refuseUntestable(found.windows);
    const { lags, seed } = settings;
    const draw = { ...USUAL_DRAW, highestLag: lags, seed };
    const { report, leftOut } = tooWideRefused(() => testLead(found.windows, settings.series, draw));
    if (report === undefined) throw nothingToTest(leftOut);
    for (const one of leftOut) logger.warn(leftOutText(one));
    if (settings.json) return io.out(leadJson(report, draw, leftOut));
    const paint = await titlePaint(io);
    const chart = io.outIsTerminal ? ['', ...lagChart(report.strongest.report, paint)] : [];
    io.out(`${[...sentences(report), '', ...leadTable(report, paint), ...chart].join('\n')}\n`);
  },
});

function tooWideRefused<T>(step: () => T): T {
  try {
    return step();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new UserError(
      'usage',
      error.message,
      'Name a span with --history, or longer windows with --window.',
    );
  }
}
