import { formatOneLine } from '../../core/errors.ts';
import { expandFiles } from './paths.ts';
import { type SurveySettings, surveyFile } from './survey.ts';

/** Problems shown at most: those of hundreds of files are mostly one. */
const MOST_PROBLEMS = 20;

/** What is wrong with the files named, and what about their rows is not clear. Nothing is written before. */
export async function inspect(given: readonly string[], settings: SurveySettings): Promise<string[]> {
  const { files, problems } = await expandFiles(given);
  for (const file of files) {
    if (file.name === '-' || problems.length >= MOST_PROBLEMS) continue;
    try {
      const surveyed = await surveyFile(file, settings);
      if ('problems' in surveyed) problems.push(...surveyed.problems);
    } catch (error) {
      problems.push(formatOneLine(error));
    }
  }
  return problems.slice(0, MOST_PROBLEMS);
}
