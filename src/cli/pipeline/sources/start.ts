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
import {
  candidates,
  liveOnRequest,
  requestedKinds,
  type SourceChoice,
  type SourceSettings,
  topicFor,
} from './options.ts';
import { whyCannotStart } from './readiness.ts';
import { describeReading, type SkippedSource } from './reading.ts';
import { sourceClock } from './test-clock.ts';

/**
 * The sources that can start. Without `--source`, logs what is read and what is left out. Throws UserError `usage` if a
 * named source cannot start, or none can.
 */
export function startableSources(choice: SourceChoice, once: boolean, io: Io, { info }: Reporter) {
  const isNamed = choice.settings.source.length > 0;
  const chosen: Source[] = [];
  const leftOut: SkippedSource[] = [];
  for (const source of candidates(choice)) {
    const why = whyCannotStart(source, once, (name) => secretOf(name, io.env));
    if (why === undefined) chosen.push(source);
    else leftOut.push({ name: source.name, why });
  }
  if (chosen.length === 0 || (isNamed && leftOut.length > 0))
    throw new UserError(
      'usage',
      leftOut.map(({ name, why }) => `cannot read source ${name}: ${why}`).join('\n'),
      'Set keys in the environment, or in a file with --env-from or --keys-file; docs/sources.md lists their names.',
    );
  const onRequest = liveOnRequest(choice).map(({ name, live }) => ({
    name,
    why: `for ${live!.onlyFor}; name it with --source`,
  }));
  if (!isNamed) info(describeReading(chosen, [...leftOut, ...onRequest]));
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
