import type { Settings } from '../../core/option.ts';
import { groupDigits } from '../../core/text/numbers.ts';
import type { Millis } from '../../core/util/time.ts';
import type { KafkaContext } from '../../log/kafka/settings/settings.ts';
import type { Stage } from '../../runtime/stage.ts';
import type { common, staged } from '../args/common-options.ts';
import { type Logger, logger } from '../output/logger.ts';
import { showStatus } from '../output/status.ts';
import { summarize } from '../output/summary.ts';
import type { Io } from '../process/io.ts';
import { type RunOptions, runStages, runStagesOnce } from './run-stages.ts';

type Told = Pick<Settings<typeof common>, 'log' | 'quiet'>;

export function loggerFor(settings: Told, io: Io): Logger {
  return logger({ err: io.err, clock: io.clock, format: settings.log, quiet: settings.quiet });
}

/** Stages that go on wait for a service as long as it takes; a one-shot run as long as for anything else. */
export const patienceOf = (
  { maxWait }: Pick<Settings<typeof staged>, 'maxWait'>,
  oneShot: boolean,
): Millis => (oneShot ? maxWait : Number.POSITIVE_INFINITY);

export const stageOpener = (
  settings: Settings<typeof staged> & { readonly app: string },
  oneShot: boolean,
  { warn }: Logger,
): KafkaContext => ({
  app: settings.app,
  patienceMs: patienceOf(settings, oneShot),
  warn,
});

/** Somebody looks on: he is told soon that nobody answers. */
export const LOOK_PATIENCE_MS: Millis = 15_000;

/** For commands that ask or arrange something and are done. */
export const lookOpener = (settings: Told & { readonly app: string }, io: Io): KafkaContext => ({
  app: settings.app,
  patienceMs: LOOK_PATIENCE_MS,
  warn: loggerFor(settings, io).warn,
});

/** How a command wants its stages run. */
export interface Session {
  readonly settings: Settings<typeof staged>;
  readonly io: Io;
  readonly logger: Logger;
  /** How a one-shot run ends; undefined: go on. */
  readonly ending: 'clock' | 'all' | undefined;
  /** A continuous run ends with its sources. */
  readonly endsWithSources?: boolean;
}

/** When all sources have ended: resolves if the run is to end then, which it is where nothing new can come any more. */
async function over(stages: readonly Stage[], endsWithSources: boolean): Promise<void> {
  const sources = stages.filter(({ ended }) => ended !== undefined);
  await Promise.all(sources.map(({ ended }) => ended));
  const isOver = endsWithSources || sources.some(({ givenUp }) => givenUp !== undefined);
  if (!isOver) await new Promise<never>(() => {});
}

/** Throws why the first source was given up, if one was: what the others brought is written and told by then. */
export function tellGivenUp(stages: readonly Stage[]): void {
  const stage = stages.find(({ givenUp }) => givenUp !== undefined);
  if (stage !== undefined) throw stage.givenUp;
}

/** Runs stages to their end with a status on stderr. Returns what a one-shot run did. */
export async function drive(
  stages: readonly Stage[],
  session: Session,
): Promise<ReturnType<typeof summarize>> {
  const { settings, io, logger, ending, endsWithSources = false } = session;
  const stats = stages.map((stage) => stage.stats);
  const began = io.clock.monotonic();
  const terminal = io.errIsTerminal && settings.log === 'text' ? { width: io.width } : undefined;
  const hide = settings.quiet ? () => undefined : showStatus(stats, logger, io.clock, terminal);
  const driving: RunOptions = { clock: io.clock, reporter: logger, stop: io.stop(), drainMs: settings.drain };
  try {
    if (ending === undefined) await runStages(stages, driving, over(stages, endsWithSources));
    else if ((await runStagesOnce(stages, ending, settings.maxWait, driving)) === 'stopped')
      logger.warn('stopped before the end; what was done is committed');
  } finally {
    hide();
  }
  for (const { stage, in: read, rejected } of stats)
    if (rejected > 0 && rejected >= read)
      logger.warn(
        `${stage}: nothing but rejects, ${groupDigits(rejected)}; see why with ${io.self} topics tail rejects`,
      );
  return summarize(stats, io.clock.monotonic() - began);
}
