import type { TweetBody } from '../../market/posts/body.ts';
import type { PostSubject } from '../../market/posts/processed-post.ts';
import { relevanceRow } from '../../market/relevance/features.ts';
import { FEWEST_PICKS, relevanceScorer } from '../../market/relevance/model.ts';
import { parseModel } from '../../market/relevance/model-text.ts';
import type { ProcessorFile } from '../processor.ts';
import type { SelectSettings } from './options.ts';

type RelevanceSettings = Pick<SelectSettings, 'relevance' | 'minRelevance' | 'force'>;

/** Throws RangeError for a file that is no model, and for one of too few picks to drop posts by. */
function requireUsable(text: string, { minRelevance, force }: RelevanceSettings): void {
  const { picks, auc } = parseModel(text);
  if (minRelevance === undefined || force) return;
  const count = picks.length;
  if (count < FEWEST_PICKS || auc === undefined)
    throw new RangeError(
      `it has ${count} picks, which rank posts but are too few for --min-relevance; add some with 'cryptopipe learn' until there are ${FEWEST_PICKS} of both kinds, or write --force`,
    );
}

/** The model that the settings name. */
export const relevanceFiles = (settings: RelevanceSettings): readonly ProcessorFile[] =>
  settings.relevance === undefined
    ? []
    : [
        {
          flag: '--relevance',
          path: settings.relevance,
          check: (text) => requireUsable(text, settings),
        },
      ];

export const relevanceConflicts = ({ relevance, minRelevance, force }: RelevanceSettings): string[] => {
  if (relevance !== undefined) return [];
  const flags = [...(minRelevance === undefined ? [] : ['--min-relevance']), ...(force ? ['--force'] : [])];
  return flags.map((flag) => `${flag} needs a model: name one with --relevance FILE`);
};

type PostRelevance = (
  body: TweetBody,
  subjects: readonly PostSubject[],
  source: string | null,
  sentiment: number | null,
) => number;

/** How likely the user of a model is to like a post. Undefined without a model. */
export function postRelevance(files: ReadonlyMap<string, string> | undefined): PostRelevance | undefined {
  const text = files?.get('--relevance');
  if (text === undefined) return undefined;
  const score = relevanceScorer(parseModel(text));
  return (body, subjects, source, sentiment) =>
    score(relevanceRow({ body, subjects: subjects.map(({ tag }) => tag), source, sentiment }));
}
