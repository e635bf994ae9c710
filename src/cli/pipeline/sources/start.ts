import { UserError } from '../../../core/errors.ts';
import type { Options, Settings } from '../../../core/option.ts';
import type { Millis } from '../../../core/util/time.ts';
import type { Log } from '../../../log/log.ts';
import { sourceStage } from '../../../runtime/source-stage.ts';
import type { Reporter } from '../../../runtime/stage.ts';
import type { Source } from '../../../sources/source.ts';
import type { Io } from '../../process/io.ts';
import { secretOf } from '../../process/secrets.ts';
import { sourceEnvironment } from './context.ts';
import { candidates, requestedKinds, type SourceSettings, topicFor } from './options.ts';
import { whyCannotStart } from './readiness.ts';
import { sourceClock } from './test-clock.ts';

/** The sources that can start; logs the others. Throws UserError `usage` if a named source cannot, or none can. */
export function startableSources(
  settings: SourceSettings & { once: boolean },
  operands: readonly string[],
  io: Io,
  { info }: Reporter,
) {
  const chosen: Source[] = [];
  const skipped: string[] = [];
  for (const source of candidates(settings.source, operands)) {
    const why = whyCannotStart(source, settings.once, (name) => secretOf(name, io.env));
    if (why === undefined) chosen.push(source);
    else skipped.push(`skipping source ${source.name}: ${why}`);
  }
  if (skipped.length > 0 && (settings.source.length > 0 || chosen.length === 0))
    throw new UserError(
      'usage',
      skipped.join('\n'),
      'Set keys in the environment, or in a file with --env-from or --keys-file; README.md lists their names.',
    );
  skipped.forEach(info);
  return chosen;
}

export interface SourcePlan {
  readonly sources: readonly Source[];
  readonly settings: SourceSettings & { readonly once: boolean; readonly maxAhead: Millis };
  readonly operands: readonly string[];
  readonly settingsOf: (options: Options) => Settings<Options>;
}

/** One stage per source. */
export const sourceStages = (
  { sources, settings, operands, settingsOf }: SourcePlan,
  { log, io, reporter }: { readonly log: Log; readonly io: Io; readonly reporter: Reporter },
) =>
  sources.map((source) =>
    sourceStage({
      log,
      source,
      settings: settingsOf(source.options),
      kinds: requestedKinds(source, operands),
      topic: topicFor(settings, source),
      hasOthers: sources.length > 1,
      runForMs: settings.runFor,
      maxAheadMs: settings.maxAhead,
      clock: sourceClock(io),
      reporter,
      sourceContext: sourceEnvironment(io, settings.once),
    }),
  );
