import {
  integer,
  list,
  type Option,
  option,
  optionalPath,
  optionalText,
  type Settings,
  toggle,
} from '../../core/option.ts';
import { topicName } from '../../core/text/topic-name.ts';
import { DATASETS } from '../../market/catalog/datasets.ts';
import { readCoin } from '../../market/text/coins.ts';
import { sentimentCommandOption, sentimentModelOption } from '../../market/text/model-choice.ts';

/** Fields that every record has, whatever `--fields` says: downstream stages use them as keys and partitions. */
export const ALWAYS = ['id', 'coin', 'tag', 'created_at'];
const FIELDS: readonly string[] = DATASETS['tweets-processed'].columns.map(({ name }) => name);

function knownField(name: string): string {
  if (FIELDS.includes(name)) return name;
  throw new RangeError(`'${name}' is not a field of a post; the fields are ${FIELDS.join(', ')}`);
}

function parseProbability(text: string): number {
  const value = /^(?:\d+(?:\.\d+)?|\.\d+)$/.test(text) ? Number(text) : Number.NaN;
  if (!(value <= 1)) throw new RangeError(`'${text}' is not a probability from 0 to 1; write 0.3`);
  return value;
}

export const selectOptions = {
  fields: list(
    '--fields',
    '<list>',
    `Fields to keep of each post, besides ${ALWAYS.join(', ')}; all by default.`,
    [],
    knownField,
  ),
  coins: list(
    '--coin',
    '<list>',
    'Keep only posts about these coins, by symbol or name; of a symbol outside the list, its cashtag counts. By default all known coins.',
    [],
    readCoin,
  ),
  allPosts: toggle(
    '--all-posts',
    "Keep every post once, whatever it is about, with tag 'all'; --coin is ignored.",
  ),
  langs: list(
    '--lang',
    '<list>',
    'Keep only posts in these languages, such as en,es. If X gives no language, it is detected from the text.',
  ),
  requireUrl: toggle('--require-url', 'Keep only posts with a link.'),
  noRetweets: toggle('--no-retweets', 'Drop retweets.'),
  minFollowers: integer('--min-followers', '<count>', 'Drop posts of authors with fewer followers.', 0, {
    min: 0,
    max: 1_000_000_000,
  }),
  dropNearDuplicates: toggle(
    '--drop-near-duplicates',
    'Drop near duplicates of posts of the last hour (similarity 0.8); the topic needs --partitions 1.',
  ),
  maxTags: integer(
    '--max-tags',
    '<count>',
    'Maximum tags and coins per post; further ones are dropped, and such posts are counted.',
    100,
    { min: 1, max: 1000 },
  ),
  sentimentModel: sentimentModelOption,
  sentimentCommand: sentimentCommandOption,
  relevance: optionalPath(
    '--relevance',
    '<file>',
    "Score each post by this model of 'cryptopipe learn'; adds the field relevance.",
  ),
  minRelevance: option<number | undefined>(
    '--min-relevance',
    '<probability>',
    'Drop posts of a lower relevance.',
    undefined,
    '',
    parseProbability,
    { bounds: '0 to 1' },
  ),
  force: toggle('--force', 'Allow --min-relevance with a model of fewer than 50 picks.'),
  decisions: {
    ...optionalText(
      '--decisions',
      '<topic>',
      'Write the decision about each post to a topic: id, source, dest.',
    ),
    parse: topicName,
  } satisfies Option<string | undefined>,
};

export type SelectSettings = Settings<typeof selectOptions>;
