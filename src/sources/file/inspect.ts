import { stat } from 'node:fs/promises';
import { formatOneLine } from '../../core/errors.ts';
import { expandFiles, type NamedFile } from './paths.ts';
import { type SurveySettings, surveyFile } from './survey.ts';

/** Problems shown at most: those of hundreds of files are mostly one. */
const MOST_PROBLEMS = 20;

type Result = Awaited<ReturnType<typeof surveyFile>>;

/** What tells whether a file is still the same, and is examined for the same; undefined for what is no regular file. */
async function identityOf(path: string, { table, delimiter }: SurveySettings): Promise<string | undefined> {
  const stats = await stat(path, { bigint: true }).catch(() => undefined);
  if (stats?.isFile() !== true) return undefined;
  const { dev, ino, size, mtimeNs, ctimeNs } = stats;
  return `${dev} ${ino} ${size} ${mtimeNs} ${ctimeNs} ${JSON.stringify([table, delimiter])}`;
}

/** Surveys of files. What was found before a run is used when the run reads the same file. */
export class Surveys {
  readonly #survey: typeof surveyFile;
  readonly #kept = new Map<string, { readonly identity: string | undefined; readonly result: Result }>();

  constructor(survey = surveyFile) {
    this.#survey = survey;
  }

  clear(): void {
    this.#kept.clear();
  }

  /** Looks at the first rows of a file and keeps what they show. Throws UserError. */
  async keep(file: NamedFile, settings: SurveySettings): Promise<Result> {
    const identity = await identityOf(file.path, settings);
    const result = await this.#survey(file, settings);
    this.#kept.set(file.path, { identity, result });
    return result;
  }

  /** What was kept of a file, once; looks at its first rows if nothing was, or the file has changed. Throws UserError. */
  async take(file: NamedFile, settings: SurveySettings): Promise<Result> {
    const kept = this.#kept.get(file.path);
    this.#kept.delete(file.path);
    return kept?.identity !== undefined && kept.identity === (await identityOf(file.path, settings))
      ? kept.result
      : this.#survey(file, settings);
  }
}

/** What is wrong with the files named, and what about their rows is not clear. Nothing is written before. */
export async function inspect(
  given: readonly string[],
  settings: SurveySettings,
  surveys = new Surveys(),
): Promise<string[]> {
  surveys.clear();
  const { files, problems } = await expandFiles(given);
  for (const file of files) {
    if (file.name === '-' || problems.length >= MOST_PROBLEMS) continue;
    try {
      const surveyed = await surveys.keep(file, settings);
      if ('problems' in surveyed) problems.push(...surveyed.problems);
    } catch (error) {
      problems.push(formatOneLine(error));
    }
  }
  return problems.slice(0, MOST_PROBLEMS);
}
