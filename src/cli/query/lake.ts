import { UserError } from '../../core/errors.ts';
import type { Options, Settings } from '../../core/option.ts';
import { sinks } from '../../sinks/index.ts';
import type { Sink, StoredTable, TextScorer } from '../../sinks/sink.ts';
import type { Call, Component } from '../args/command.ts';
import type { Logger } from '../output/logger.ts';
import { INTERACTIVE_WAIT_MS } from '../pipeline/session.ts';
import { findSink, sinkComponents } from '../pipeline/sink-options.ts';
import type { Io } from '../process/io.ts';
import { secretOf } from '../process/secrets.ts';

/** The sinks whose tables can be read, with the options that it takes. */
export const lakeComponents: readonly Component[] = sinkComponents
  .filter(({ name }) => findSink(name)?.tables !== undefined)
  .map((component) => ({ ...component, options: findSink(component.name)!.tableOptions ?? {} }));

type LakeCall = Pick<Call<Options>, 'isOnCommandLine' | 'of'>;

/** A lake in a bucket when --url is given, else one in a folder. */
const sinkOf = ({ isOnCommandLine }: Pick<LakeCall, 'isOnCommandLine'>): Sink =>
  isOnCommandLine('--url') ? sinks.s3 : sinks.file;

export const chosenLake = (call: LakeCall): readonly Component[] =>
  lakeComponents.filter(({ name }) => name === sinkOf(call).name);

const contextOf = (io: Io, { info, warn }: Logger) => ({
  clock: io.clock,
  maxWaitMs: INTERACTIVE_WAIT_MS,
  secret: (name: string) => secretOf(name, io.env),
  info,
  warn,
});

/** The tables of the lake that the call names. Throws UserError `usage` when it has none. */
export async function tablesOf(call: LakeCall, io: Io, logger: Logger): Promise<readonly StoredTable[]> {
  const sink = sinkOf(call);
  const settings = call.of(sink.options) as Settings<Options>;
  const tables = await sink.tables!(settings, contextOf(io, logger));
  if (tables.length > 0) return tables;
  throw new UserError(
    'usage',
    `there is no table in ${settings.url ?? settings.dir}`,
    'Fill a lake with cryptopipe run or cryptopipe sink, or name another with --dir or --url.',
  );
}

/** Scores the posts of the lake that the call names again. */
export function rescoreWith(
  call: LakeCall,
  model: TextScorer,
  { dryRun }: { readonly dryRun: boolean },
  io: Io,
  logger: Logger,
): Promise<Readonly<Record<string, number>>> {
  const sink = sinkOf(call);
  return sink.rescore!(call.of(sink.options) as Settings<Options>, model, {
    ...contextOf(io, logger),
    dryRun,
  });
}
