import { UserError } from '../../../core/errors.ts';
import type { Options, Settings } from '../../../core/option.ts';
import type { Millis } from '../../../core/util/time.ts';
import type { Log } from '../../../log/log.ts';
import { sourceStage } from '../../../runtime/source-stage.ts';
import type { Reporter } from '../../../runtime/stage.ts';
import type { Source } from '../../../sources/source.ts';
import type { Io } from '../../process/io.ts';
import { secretOf } from '../../process/secrets.ts';
import { sourceSurroundings } from './context.ts';
import { candidates, kindsAsked, type SourceSettings, topicFor } from './options.ts';
import { hindrance } from './readiness.ts';
import { sourceClock } from './test-clock.ts';

/** Those that can start; those left out are said. Throws Problem `usage` when one that was named cannot, or none is left. */
export function startable(
  settings: SourceSettings & { once: boolean },
  operands: readonly string[],
  io: Io,
  { info }: Reporter,
) {
  const chosen: Source[] = [];
  const left: string[] = [];
  for (const source of candidates(settings.source, operands)) {
    const why = hindrance(source, settings.once, (name) => secretOf(name, io.env));
    if (why === undefined) chosen.push(source);
    else left.push(`source ${source.name} is left out: ${why}`);
  }
  if (left.length > 0 && (settings.source.length > 0 || chosen.length === 0))
    throw new UserError(
      'usage',
      left.join('\n'),
      'Keys come from the environment, --env-from or --keys-file; README.md lists their names.',
    );
  left.forEach(info);
  return chosen;
}

export interface SourcePlan {
  readonly sources: readonly Source[];
  readonly settings: SourceSettings & { readonly once: boolean; readonly maxAhead: Millis };
  readonly operands: readonly string[];
  readonly settingsOf: (options: Options) => Settings<Options>;
}

/** A stage for each source. */
export const sourceStages = (
  { sources, settings, operands, settingsOf }: SourcePlan,
  { log, io, reporter }: { readonly log: Log; readonly io: Io; readonly reporter: Reporter },
) =>
  sources.map((source) =>
    sourceStage({
      log,
      source,
      settings: settingsOf(source.options),
      kinds: kindsAsked(source, operands),
      topic: topicFor(settings, source),
      hasOthers: sources.length > 1,
      runForMs: settings.runFor,
      maxAheadMs: settings.maxAhead,
      clock: sourceClock(io),
      reporter,
      surroundings: sourceSurroundings(io, settings.once),
    }),
  );
