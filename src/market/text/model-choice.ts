import { type Option, optionalText, text } from '../../core/option.ts';
import { localPath } from '../../core/text/local-path.ts';
import {
  isBuiltInModel,
  readSentimentModel,
  SENTIMENT_MODELS,
  type SentimentModel,
  sentimentModel,
} from './sentiment.ts';

const FLAG = '--sentiment-model';

function parseChoice(value: string): string {
  if (isBuiltInModel(value)) return value;
  if (/^vader\b/.test(value))
    throw new RangeError(
      `'${value}' is no model of this version; choose from ${SENTIMENT_MODELS.join(', ')}, or name a file of 'cryptopipe learn --sentiment'`,
    );
  return localPath(value);
}

/** The model that scores posts: a built-in one, or one that the user trained. */
export const sentimentModelOption: Option<string> = {
  ...text(
    FLAG,
    '<name|file>',
    `Model of the sentiment: ${SENTIMENT_MODELS.join(', ')}, or a file of 'cryptopipe learn --sentiment'.`,
    SENTIMENT_MODELS[0],
  ),
  parse: parseChoice,
};

/** The program of the user's that scores posts. */
export const sentimentCommandOption: Option<string | undefined> = optionalText(
  '--sentiment-command',
  '<command>',
  'Score by a program of yours instead: lines {"id", "text"} in, lines {"id", "score"} out, in their order.',
);

/** The file that a choice names, if it names one. */
export const sentimentFiles = (choice: string) =>
  isBuiltInModel(choice) ? [] : [{ flag: FLAG, path: choice, check: readSentimentModel }];

/** The chosen model. `files`: the texts of the files that flags name, by flag. Throws RangeError for a file that is no model. */
export function chosenSentimentModel(
  choice: string,
  files: ReadonlyMap<string, string> | undefined,
): SentimentModel {
  const own = files?.get(FLAG);
  if (own !== undefined) return readSentimentModel(own);
  return isBuiltInModel(choice) ? sentimentModel(choice) : sentimentModel();
}
