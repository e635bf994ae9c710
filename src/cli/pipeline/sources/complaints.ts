import type { Option } from '../../../core/option.ts';
import type { Millis } from '../../../core/util/time.ts';
import { placeholdersIn } from '../../../market/catalog/topic-template.ts';
import { KINDS, kindsOf, latestTime, type Source } from '../../../sources/source.ts';
import type { Call, Complaint } from '../../args/command.ts';
import type { Io } from '../../process/io.ts';
import {
  candidates,
  requestedKinds,
  type SourceSettings,
  sourceNames,
  type sourceOptions,
  topicFor,
} from './options.ts';
import { environmentProblems } from './readiness.ts';
import { sourceClock } from './test-clock.ts';

function topicComplaints(
  { topic }: SourceSettings,
  chosen: readonly Source[],
  operands: readonly string[],
): string[] {
  const kinds = new Set(chosen.flatMap((source) => requestedKinds(source, operands)));
  if (kinds.size > 1 && topic.some((part) => part.startsWith('=')))
    return [
      '--topic: posts and prices cannot share a topic; run produce tweets or produce prices, or write SOURCE=NAME',
    ];
  return topic
    .map((part) => part.split('=', 1)[0]!)
    .filter((name) => name !== '' && !chosen.some((source) => source.name === name))
    .map((name) => `--topic: this run does not read source ${name}`);
}

/** Complains about placeholders in a source's topic that its records do not fill. */
function placeholderComplaints({ settings, of }: SourceCall, source: Source, operands: readonly string[]) {
  const topic = topicFor(settings, source) ?? '';
  const filled = source.fills?.(of(source.options), requestedKinds(source, operands)) ?? [];
  if (placeholdersIn(topic).every((name) => filled.includes(name))) return [];
  const names = filled.map((name) => `{${name}}`);
  const which = names.length === 0 ? 'no placeholders here; write a plain name' : `only ${names.join(', ')}`;
  return [`--topic ${topic}: source ${source.name} fills ${which}`];
}

/** Whether a source only shows what it would do. */
export const isDryRun = ({ of }: Pick<SourceCall, 'of'>, { options }: Source): boolean =>
  'dryRun' in options && of(options).dryRun === true;

/** Complains about sources without `--dry-run` beside one that has it: they would really be read. */
function dryRunComplaints(call: SourceCall, chosen: readonly Source[]): Complaint[] {
  const dry = chosen.filter((source) => isDryRun(call, source)).map(({ name }) => `--source ${name}`);
  const others = chosen.filter((source) => !isDryRun(call, source)).map(({ name }) => name);
  if (dry.length === 0 || others.length === 0) return [];
  const text = `--dry-run: sources without a dry run would really be read (${others.join(', ')}); write ${dry.join(' ')}`;
  return [{ about: '--dry-run', text }];
}

type SourceCall = Pick<
  Call<typeof sourceOptions & { once: Option<boolean> }>,
  'settings' | 'of' | 'isOnCommandLine'
>;

/** Complains about `--since` if it would read the same history from several exchanges, trade by trade from some. */
function sinceComplaints(
  { isOnCommandLine }: SourceCall,
  named: boolean,
  chosen: readonly Source[],
): Complaint[] {
  if (named || !isOnCommandLine('--since')) return [];
  const exchanges = chosen.filter(({ options }) => 'since' in options).map(({ name }) => name);
  if (exchanges.length < 2) return [];
  const text = `--since: would read the history of ${exchanges.join(', ')}; name one with --source, such as --source binance, and the sources of posts beside it`;
  return [{ about: '--since', text }];
}

/** Complaints about the chosen sources and their settings. */
export function sourceComplaints(call: SourceCall, operands: readonly string[]): Complaint[] {
  const { settings, of } = call;
  const chosen = candidates({ ...call, operands });
  const named = settings.source.length > 0;
  const complaints: Complaint[] = [];
  if (chosen.length === 0)
    complaints.push({
      about: '--source',
      text: `missing --source: write --source ${sourceNames.join(' or --source ')}`,
    });
  for (const source of chosen) {
    for (const kind of KINDS.filter((kind) => operands.includes(kind) && !kindsOf(source).includes(kind)))
      complaints.push({
        about: kind,
        text: `source ${source.name} has no ${kind}, only ${kindsOf(source).join(' and ')}`,
      });
    if (named && settings.once && source.live?.endless)
      complaints.push({
        about: '--once',
        text: `--once: source ${source.name} is an endless stream; set a duration with --for 10m`,
      });
  }
  if (settings.once && settings.runFor !== undefined)
    complaints.push({ about: '--for', text: '--for excludes --once; use one of them' });
  complaints.push(...dryRunComplaints(call, chosen), ...sinceComplaints(call, named, chosen));
  const texts = [
    ...chosen.flatMap((source) => source.check?.(of(source.options), requestedKinds(source, operands)) ?? []),
    ...topicComplaints(settings, chosen, operands),
    ...chosen.flatMap((source) => placeholderComplaints(call, source, operands)),
  ];
  return [...complaints, ...texts.map((text) => ({ about: text, text }))];
}

/** Complaints about the environment and about files named by the sources' settings. */
export async function inspectSources(
  call: SourceCall & { readonly settings: { readonly maxAhead: Millis } },
  operands: readonly string[],
  io: Pick<Io, 'env' | 'clock'>,
): Promise<Complaint[]> {
  const { settings, of } = call;
  const sources = candidates({ ...call, operands });
  const latest = latestTime({ now: sourceClock(io).now, maxAheadMs: settings.maxAhead });
  const texts = await Promise.all([
    environmentProblems(sources, settings.once, io.env),
    ...sources.map(
      async (source) => source.inspect?.(of(source.options), requestedKinds(source, operands), latest) ?? [],
    ),
  ]);
  return texts.flat().map((text) => ({ about: text, text }));
}
