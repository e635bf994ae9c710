import { type Check, warn } from '../../core/check.ts';
import type { Options, Settings } from '../../core/option.ts';
import type { Source, SourceContext } from '../../sources/source.ts';
import { defineCommand } from '../args/command.ts';
import { looking } from '../args/common-options.ts';
import { jsonOption, sayFindings } from '../output/checks.ts';
import { busExists, withBus } from '../pipeline/bus.ts';
import { loggerFor, lookOpener } from '../pipeline/session.ts';
import { sourceSurroundings } from '../pipeline/sources/context.ts';
import {
  candidates,
  componentsMeant,
  kindOperand,
  sourceComponents,
  sourceOptions,
} from '../pipeline/sources/options.ts';
import { lackingKeys } from '../pipeline/sources/readiness.ts';
import { sourceClock } from '../pipeline/sources/test-clock.ts';
import type { Io } from '../process/io.ts';
import { checkProxy } from '../process/proxy.ts';

/** What one source says of itself; a source without its keys is a finding, too. */
async function examine(
  source: Source,
  settings: Settings<Options>,
  context: SourceContext,
): Promise<Check[]> {
  const keys = lackingKeys(source, context.secret);
  if (keys !== undefined)
    return [warn(`source ${source.name}`, 'is left out: it has no key', `Set ${keys}.`)];
  const findings: Check[] = [];
  for await (const finding of source.live!.examine(settings, context)) findings.push(finding);
  return findings;
}

function contextOf(
  io: Io,
  settings: Settings<typeof looking>,
  position: SourceContext['position'],
): SourceContext {
  const clock = sourceClock(io);
  const { info, warn } = loggerFor(settings, io);
  const { signal } = new AbortController();
  return {
    ...sourceSurroundings(io, true),
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

export const command = defineCommand({
  operands: kindOperand,
  options: {
    source: sourceOptions.source,
    keysFile: sourceOptions.keysFile,
    json: jsonOption,
    ...looking,
  },
  components: sourceComponents,
  chosen: ({ settings, operands }) => componentsMeant(settings.source, operands),
  check: ({ settings }) =>
    settings.source
      .filter((name) => candidates([name], []).some(({ live }) => live === undefined))
      .map((name) => ({ about: name, text: `--source: ${name} is no live service` })),
  examples: [
    'cryptopipe doctor sources --coin eth',
    'cryptopipe doctor sources prices --env-from keys.env --json',
  ],
  async run({ settings, operands, of }, io: Io) {
    checkProxy(io.env);
    const findings: Check[] = [];
    const look = async (position: SourceContext['position']): Promise<void> => {
      const context = contextOf(io, settings, position);
      for (const source of candidates(settings.source, operands))
        findings.push(...(await examine(source, of(source.options), context)));
    };
    if (await busExists(settings.bus))
      await withBus(settings, io, lookOpener(settings, io), (log) => look((name) => log.mark(name)));
    else await look(async () => undefined);
    await sayFindings(findings, settings.json, io);
  },
});
