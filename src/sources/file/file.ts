import { createReadStream } from 'node:fs';
import { QUOTE_PLACEHOLDERS } from '../shared/quote-record.ts';
import { type Chunk, defineSource } from '../source.ts';
import { inspect, Surveys } from './inspect.ts';
import { fileOptions, settingsProblems } from './options.ts';
import { expandFiles } from './paths.ts';
import { readPipe, undecided } from './pipe.ts';
import { readFileOn } from './read.ts';
import { openReading, type Reading, surveySettings } from './reading.ts';
import type { SurveyedFile } from './survey.ts';

/** Files are inspected before a run, and read in it: their first rows are looked at once. */
const surveys = new Surveys();

/** The files in the order of their first times; those without one come last, by name. */
async function filesInOrder(given: readonly string[], { survey }: Reading): Promise<SurveyedFile[]> {
  const { files, problems } = await expandFiles(given);
  const found: SurveyedFile[] = [];
  for (const file of files) {
    const surveyed = await surveys.take(file, survey);
    if ('problems' in surveyed) problems.push(...surveyed.problems);
    else found.push(surveyed);
  }
  if (problems.length > 0) throw undecided(problems);
  const rank = ({ survey: one }: SurveyedFile): number =>
    one === undefined || Number.isNaN(one.firstTime) ? Number.POSITIVE_INFINITY : one.firstTime;
  return found.toSorted((a, b) => (rank(a) < rank(b) ? -1 : rank(a) > rank(b) ? 1 : 0));
}

/** Rows that a dry run shows of a file. */
const SHOWN = 10;

/** Prints the first records of a file as they would be written, one JSON value a line. */
async function printFirst(chunks: AsyncIterable<Chunk>, print: (line: string) => void): Promise<void> {
  let left = SHOWN;
  for await (const { records } of chunks)
    for (const { value } of records) {
      if (value === null) continue;
      if (left-- === 0) return;
      print(value);
    }
}

const readOne = ({ file, survey }: SurveyedFile, reading: Reading): AsyncIterable<Chunk> =>
  survey === undefined
    ? readPipe(file.name, createReadStream(file.path), reading)
    : readFileOn(file, survey, reading);

export const file = defineSource({
  name: 'file',
  summary: 'Import prices or posts from files; a second run reads what was appended.',
  feeds: { tweets: ['tweets'], prices: ['prices-file', 'bars-file'] },
  options: fileOptions,
  examples: [
    'cryptopipe produce prices --source file --file BTCUSDT-1m.csv --base btc --quote usdt',
    "cryptopipe produce prices --source file --file 'data/*.csv.gz' --dry-run",
    'zcat ticks.csv.gz | cryptopipe produce prices --source file --file - --base eth --quote usdt',
    'cryptopipe produce tweets --source file --file posts.jsonl.gz',
  ],
  fills: (_, kinds) => (kinds.includes('tweets') ? [] : QUOTE_PLACEHOLDERS),
  check: settingsProblems,
  inspect: (settings, kinds, latest) =>
    inspect(settings.file, surveySettings(settings, kinds, latest), surveys),
  async *read(settings, context) {
    const isDry = settings.dryRun;
    const reading = openReading(isDry ? { ...settings, again: true } : settings, context);
    const all =
      settings.file[0] === '-'
        ? [readPipe('-', context.stdin(), reading)]
        : (await filesInOrder(settings.file, reading)).map((one) => readOne(one, reading));
    for (const chunks of all) {
      if (context.signal.aborted) return;
      if (isDry) await printFirst(chunks, context.print);
      else yield* chunks;
    }
  },
});
