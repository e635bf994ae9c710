import type { Settings } from '../core/option.ts';
import type { Stage } from '../runtime/stage.ts';
import { type Drive, driveOn, driveOnce } from './drive.ts';
import type { Io } from './io.ts';
import { type Logger, logger } from './logger.ts';
import type { common, staged } from './shared.ts';
import { showStatus } from './status.ts';
import { summarize } from './summary.ts';

export function loggerFor(settings: Settings<typeof common>, io: Io): Logger {
  return logger({ err: io.err, clock: io.clock, format: settings.log, quiet: settings.quiet });
}

/** How a command wants its stages run. */
export interface Session {
  readonly settings: Settings<typeof staged>;
  readonly io: Io;
  readonly logger: Logger;
  /** How a one-shot run ends; undefined: go on. */
  readonly ending: 'clock' | 'all' | undefined;
  /** Ends a continuous run. */
  readonly ended?: Promise<unknown>;
}

/** Runs stages to their end with a status on stderr. Returns what a one-shot run did. */
export async function drive(
  stages: readonly Stage[],
  session: Session,
): Promise<ReturnType<typeof summarize>> {
  const { settings, io, logger, ending, ended } = session;
  const stats = stages.map((stage) => stage.stats);
  const began = io.clock.now();
  const terminal = io.errIsTerminal && settings.log === 'text' ? { width: io.width } : undefined;
  const hide = settings.quiet ? () => undefined : showStatus(stats, logger, io.clock, terminal);
  const driving: Drive = { clock: io.clock, reporter: logger, stop: io.stop(), drainMs: settings.drain };
  try {
    if (ending === undefined) await driveOn(stages, driving, ended);
    else if ((await driveOnce(stages, ending, settings.maxWait, driving)) === 'stopped')
      logger.warn('stopped before the end; what was done is committed');
  } finally {
    hide();
  }
  return summarize(stats, io.clock.now() - began);
}
