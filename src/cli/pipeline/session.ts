import type { Settings } from '../../core/option.ts';
import type { Millis } from '../../core/util/time.ts';
import type { KafkaContext } from '../../log/kafka/settings/settings.ts';
import type { Stage } from '../../runtime/stage.ts';
import type { commonOptions, stageOptions } from '../args/common-options.ts';
import { lateWarnings } from '../output/late-warnings.ts';
import { type Logger, logger } from '../output/logger.ts';
import { showStatus, totalsLine } from '../output/status.ts';
import { type Summary, summarize } from '../output/summary.ts';
import type { Io } from '../process/io.ts';
import { keepRefreshed } from '../watch/refresh.ts';
import { serveMetrics } from '../watch/server.ts';
import { rejectWarning, throwIfMostRejected } from './rejects.ts';
import { type RunOptions, runStages, runStagesOnce } from './run-stages.ts';

type LogSettings = Pick<Settings<typeof commonOptions>, 'log' | 'quiet'>;

export function loggerFor(settings: LogSettings, io: Io): Logger {
  return logger({ err: io.err, clock: io.clock, format: settings.log, quiet: settings.quiet });
}

/** Continuous stages wait for a service indefinitely; a one-shot run waits for --max-wait. */
export const serviceWaitMs = (
  { maxWait }: Pick<Settings<typeof stageOptions>, 'maxWait'>,
  oneShot: boolean,
): Millis => (oneShot ? maxWait : Number.POSITIVE_INFINITY);

export const stageOpener = (
  settings: Settings<typeof stageOptions> & { readonly app: string },
  oneShot: boolean,
  { warn }: Logger,
): KafkaContext => ({
  app: settings.app,
  maxWaitMs: serviceWaitMs(settings, oneShot),
  warn,
});

/** How long interactive commands wait for a service: a user is watching. */
export const INTERACTIVE_WAIT_MS: Millis = 15_000;

/** For commands that query or administer a bus, then exit. */
export const queryOpener = (settings: LogSettings & { readonly app: string }, io: Io): KafkaContext => ({
  app: settings.app,
  maxWaitMs: INTERACTIVE_WAIT_MS,
  warn: loggerFor(settings, io).warn,
});

/** How to run a command's stages. */
export interface Session {
  readonly settings: Settings<typeof stageOptions>;
  readonly io: Io;
  readonly logger: Logger;
  /** How a one-shot run ends; undefined: a continuous run. */
  readonly ending: 'clock' | 'all' | undefined;
  /** A continuous run ends when its sources end. */
  readonly endsWithSources?: boolean;
  /** Its sources only show what they would do. */
  readonly isDry?: boolean;
}

/** Resolves when all sources have ended, if that ends the run; otherwise never. A source that gave up also ends it. */
async function sourcesOver(stages: readonly Stage[], endsWithSources: boolean): Promise<void> {
  const sources = stages.filter(({ ended }) => ended !== undefined);
  await Promise.all(sources.map(({ ended }) => ended));
  const isOver = endsWithSources || sources.some(({ stopError }) => stopError !== undefined);
  if (!isOver) await new Promise<never>(() => {});
}

/**
 * Throws the error of the first source that gave up, or one about a file with more rejected lines than `maxRejects` allows.
 * Call it last: the records of the others are then written.
 */
export function throwSourceError(
  stages: readonly Stage[],
  { maxRejects }: { readonly maxRejects: number },
): void {
  const stage = stages.find(({ stopError }) => stopError !== undefined);
  if (stage !== undefined) throw stage.stopError;
  throwIfMostRejected(stages, maxRejects);
}

/** Runs stages to completion with a status on stderr. Returns the summary of the run. */
export async function runSession(stages: readonly Stage[], session: Session): Promise<Summary> {
  const { settings, io, logger, ending, endsWithSources = false, isDry = false } = session;
  const stats = stages.map((stage) => stage.stats);
  const startedAt = io.clock.monotonic();
  const terminal = io.errIsTerminal && settings.log === 'text' ? { width: io.width } : undefined;
  const server = settings.metrics && (await serveMetrics(stages, settings.metrics, io.clock));
  if (server) logger.info(`metrics at ${server.url}/metrics, health at ${server.url}/healthz`);
  const endRefresh = keepRefreshed(stages, io.clock);
  const hide = settings.quiet
    ? () => undefined
    : showStatus(stats, logger, io.clock, {
        terminal,
        isBounded: ending !== undefined && !stages.some(({ ignoresMaxWait }) => ignoresMaxWait),
      });
  const options: RunOptions = { clock: io.clock, reporter: logger, stop: io.stop(), drainMs: settings.drain };
  try {
    if (ending === undefined) await runStages(stages, options, sourcesOver(stages, endsWithSources));
    else if ((await runStagesOnce(stages, ending, settings.maxWait, options)) === 'stopped')
      logger.warn('stopped early; all work so far is committed');
  } finally {
    hide();
    await endRefresh();
    await server?.close();
  }
  if (ending === undefined && !isDry) logger.info(totalsLine(stats));
  for (const stage of stages) {
    const warning = rejectWarning(stage, io.self);
    if (warning !== undefined) logger.warn(warning);
  }
  for (const text of lateWarnings(stats, settings, io.self)) logger.warn(text);
  return summarize(stats, io.clock.monotonic() - startedAt);
}
