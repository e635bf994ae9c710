import { type Check, warn } from '../../core/check.ts';
import type { Options, Settings } from '../../core/option.ts';
import { sources } from '../../sources/index.ts';
import type { Source, SourceContext } from '../../sources/source.ts';
import { defineCommand } from '../args/command.ts';
import { queryOptions } from '../args/common-options.ts';
import { jsonOption, printChecks } from '../output/checks.ts';
import { busExists, withBus } from '../pipeline/bus.ts';
import { loggerFor, queryOpener } from '../pipeline/session.ts';
import { sourceEnvironment } from '../pipeline/sources/context.ts';
import {
  candidateComponents,
  candidates,
  kindOperand,
  sourceComponents,
  sourceOptions,
} from '../pipeline/sources/options.ts';
import { missingKeys } from '../pipeline/sources/readiness.ts';
import { sourceClock } from '../pipeline/sources/test-clock.ts';
import type { Io } from '../process/io.ts';
import { checkProxy } from '../process/proxy.ts';

/** The checks of one source; missing keys are a warning. */
async function checkSource(
  source: Source,
  settings: Settings<Options>,
  context: SourceContext,
): Promise<Check[]> {
  const keys = missingKeys(source, context.secret);
  if (keys !== undefined) return [warn(`source ${source.name}`, 'skipped: it has no keys', `Set ${keys}.`)];
  const checks: Check[] = [];
  for await (const check of source.live!.check(settings, context)) checks.push(check);
  return checks;
}

function contextOf(
  io: Io,
  settings: Settings<typeof queryOptions>,
  position: SourceContext['position'],
): SourceContext {
  const clock = sourceClock(io);
  const { info, warn } = loggerFor(settings, io);
  const { signal } = new AbortController();
  return {
    ...sourceEnvironment(io, true),
    signal,
    now: clock.now,
    monotonic: clock.monotonic,
    sleep: (span, until) => clock.sleep(span, signal, until),
    position,
    status: () => undefined,
    info,
    warn,
  };
}

/** The sources of live services. */
const liveNames = new Set(
  Object.values<Source>(sources)
    .filter(({ live }) => live !== undefined)
    .map(({ name }) => name),
);

export const command = defineCommand({
  operands: kindOperand,
  options: {
    source: sourceOptions.source,
    keysFile: sourceOptions.keysFile,
    json: jsonOption,
    ...queryOptions,
  },
  components: sourceComponents,
  chosen: candidateComponents,
  check: ({ settings }) =>
    settings.source
      .filter((name) => !liveNames.has(name))
      .map((name) => ({ about: name, text: `--source: ${name} is not a live service` })),
  examples: [
    'cryptopipe doctor sources --coin eth',
    'cryptopipe doctor sources prices --env-from keys.env --json',
  ],
  async run(call, io: Io) {
    const { settings, of } = call;
    checkProxy(io.env);
    const checks: Check[] = [];
    const checkAll = async (position: SourceContext['position']): Promise<void> => {
      const context = contextOf(io, settings, position);
      for (const source of candidates(call))
        checks.push(...(await checkSource(source, of(source.options), context)));
    };
    if (await busExists(settings.bus))
      await withBus(settings, io, queryOpener(settings, io), (log) =>
        checkAll((name) => log.sourcePosition(name)),
      );
    else await checkAll(async () => undefined);
    await printChecks(checks, settings.json, io);
  },
});
