import type { PriceLayout } from '../../market/prices/layout/layout.ts';
import { latestTime, type SourceContext } from '../source.ts';
import { type FileSettings, tableSettings } from './options.ts';
import type { NamedPair } from './position.ts';
import { postReader } from './posts.ts';
import { priceReader } from './prices/prices.ts';
import { UnfinishedBars } from './prices/unfinished-bars.ts';
import type { Origin, TextReader } from './reader.ts';
import { textCells } from './rows/cells.ts';
import type { FileKind } from './rows/kind.ts';
import { freshLayout, type Survey, type SurveySettings } from './survey.ts';

/** What a run does with its files. */
export interface Reading {
  readonly context: SourceContext;
  readonly fromStart: boolean;
  readonly again: boolean;
  readonly survey: SurveySettings;
  /** The topic that replaces the source's own. */
  readonly topic: string | undefined;
}

export const openReading = (
  settings: FileSettings & { readonly kinds: readonly string[]; readonly topic: string | undefined },
  context: SourceContext,
): Reading => ({
  context,
  fromStart: settings.fromStart || settings.again,
  again: settings.again,
  topic: settings.topic,
  survey: surveySettings(settings, settings.kinds, latestTime(context)),
});

export const surveySettings = (
  settings: FileSettings,
  kinds: readonly string[],
  latest: number,
): SurveySettings => ({
  table: kinds.includes('tweets') ? undefined : tableSettings(settings),
  delimiter: settings.delimiter,
  latest,
});

/** The pair that the user named. */
export const pairOf = ({ survey: { table } }: Reading): NamedPair => ({
  base: table?.base,
  quote: table?.quote,
});

const TICKS = 'prices-file';
const BARS = 'bars-file';

/** Where the rows of a file come from and go to. */
export function originOf(
  name: string,
  { layout }: Pick<Survey, 'layout'>,
  { context, topic }: Reading,
): Origin {
  const own = layout === undefined ? 'tweets' : layout.kind === 'bars' ? BARS : TICKS;
  return {
    file: name,
    topic: topic ?? own,
    now: context.now,
    latest: () => latestTime(context),
    info: context.info,
    warn: context.warn,
  };
}

/** Tells the user how the rows of a file of prices are read. */
export function logLayout({ file, info, warn }: Origin, { layout }: Pick<Survey, 'layout'>): void {
  if (layout === undefined) return;
  info(layout.description);
  for (const warning of layout.warnings) warn(`--file ${file}: ${warning}`);
}

/** How rows are read: what the first rows show, or what an earlier run found. */
export interface RowReading {
  readonly kind: FileKind;
  readonly layout?: PriceLayout | undefined;
  readonly names: readonly string[] | undefined;
}

/** `skipsHeader`: reading begins at the start of the file. `unfinished`: rows that earlier runs left out. */
export function readerFor(
  { kind, layout, names }: RowReading,
  skipsHeader: boolean,
  origin: Origin,
  { topic, survey }: Reading,
  unfinished = new UnfinishedBars(),
): TextReader {
  if (layout === undefined)
    return kind.kind === 'csv'
      ? postReader(origin, { delimiter: kind.delimiter, names: names ?? [] }, skipsHeader ? 1 : 0)
      : postReader(origin);
  const topics = { bars: topic ?? BARS, ticks: topic ?? TICKS };
  const table = { layout: freshLayout(layout, survey.latest), cells: textCells(kind, names) };
  return priceReader(table, topics, origin, unfinished, skipsHeader ? layout.skipRows : 0);
}
