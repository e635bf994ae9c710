import { timeOption } from '../../core/span-options.ts';
import { counted, groupDigits } from '../../core/text/numbers.ts';
import { formatTime, type Millis } from '../../core/util/time.ts';
import type { Log } from '../../log/log.ts';
import type { Processor } from '../../processors/processor.ts';
import { type ReplayStats, replay } from '../../runtime/replay/recompute.ts';
import { type Complaint, defineCommand } from '../args/command.ts';
import { app, commonOptions, maxWait } from '../args/common-options.ts';
import { processorRenames } from '../args/renames.ts';
import { resultJson } from '../output/summary.ts';
import { withExistingBus } from '../pipeline/bus.ts';
import {
  chain,
  conflictComplaints,
  processorComponents,
  renameOptions,
} from '../pipeline/processor-options.ts';
import { loggerFor } from '../pipeline/session.ts';

const replayable = chain.filter(({ replay }) => replay !== undefined);
const names = replayable.map(({ name }) => name);

/** The span of the call; undefined while a flag is missing. */
function spanOf({ from, to }: { from?: Millis | undefined; to?: Millis | undefined }) {
  return from === undefined || to === undefined ? undefined : { from, to };
}

function missing({ from, to }: { from?: Millis | undefined; to?: Millis | undefined }): Complaint[] {
  return [...(from === undefined ? ['--from'] : []), ...(to === undefined ? ['--to'] : [])].map((flag) => ({
    about: flag,
    text: `missing ${flag} TIME: name the span to compute again`,
  }));
}

/** For a terminal. */
const replayText = ({
  in: read,
  out,
  unchanged,
  seconds,
}: ReplayStats & { readonly seconds: number }): string =>
  `${counted(read, 'record')} read, ${counted(out, 'row')} written, ${groupDigits(unchanged)} unchanged, ${seconds.toFixed(1)} seconds\n`;

export const command = defineCommand({
  operands: { usage: '<name>', noun: 'processor', least: 1, most: 1, allowed: names },
  options: {
    from: timeOption('--from', 'Start of the span to compute again.'),
    to: timeOption('--to', 'End of the span; windows end there at the latest.'),
    ...renameOptions,
    app,
    maxWait,
    ...commonOptions,
  },
  everyday: ['--from', '--to', '--window'],
  components: processorComponents.filter(({ name }) => names.includes(name)),
  check: ({ operands, settings, of }) => {
    const span = spanOf(settings);
    const [processor] = chosen(operands);
    return [
      ...missing(settings),
      ...(span !== undefined && !(span.from < span.to)
        ? [
            {
              about: '--to',
              text: `--to ${formatTime(span.to)} is not after --from ${formatTime(span.from)}`,
            },
          ]
        : []),
      ...(processor === undefined
        ? []
        : [
            ...processorRenames([processor], settings).complaints,
            ...conflictComplaints([processor], { of }),
          ]),
      ...settings.out
        .filter((name) => name.includes('{'))
        .map((name) => ({
          about: '--out',
          text: `--out ${name}: a replay reads the rows that are there; name one topic`,
        })),
    ];
  },
  examples: [
    'cryptopipe process replay candles --from 2026-03-02 --to 2026-03-03',
    'cryptopipe process replay candles --from 2026-01-01 --to 2026-03-01 --window 1h,1d',
    'cryptopipe process replay enrich --from 2026-03-02 --to 2026-03-03',
    'cryptopipe process replay signals --from 2026-03-02 --to 2026-03-03 --window 1h',
  ],
  async run({ settings, operands, of }, io) {
    const logger = loggerFor(settings, io);
    const [processor] = chosen(operands) as [Processor];
    const { from, to } = spanOf(settings)!;
    const opener = { app: settings.app, maxWaitMs: settings.maxWait, warn: logger.warn };
    const use = async (log: Log) => {
      const began = io.clock.monotonic();
      const stats = await replay({
        log,
        processor,
        settings: of(processor.options),
        app: settings.app,
        renames: processorRenames([processor], settings).byProcessor.get(processor.name) ?? new Map(),
        from,
        to,
        reporter: logger,
      });
      if (stats.expired > 0)
        logger.warn(
          `${counted(stats.expired, 'row')} stay as they are: some of their records are no longer in the topics`,
        );
      const seconds = (io.clock.monotonic() - began) / 1000;
      const result = { stage: `replay ${processor.name}`, ...stats, seconds };
      io.out(io.outIsTerminal ? replayText(result) : resultJson(result, io));
    };
    await withExistingBus(settings, io, opener, use, false);
  },
});

const chosen = (operands: readonly string[]): readonly Processor[] =>
  replayable.filter(({ name }) => operands.includes(name));
