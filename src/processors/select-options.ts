import { integer, list, type Option, optionalText, type Settings, toggle } from '../core/option.ts';
import { topicName } from '../core/text/topic-name.ts';
import { DATASETS } from '../market/catalog/datasets.ts';
import { readCoin } from '../market/text/coins.ts';

/** Fields that every record has, whatever `--fields` says: downstream stages key and partition by them. */
export const ALWAYS = ['id', 'coin', 'tag', 'created_at'];
const FIELDS: readonly string[] = DATASETS['tweets-processed'].columns.map(({ name }) => name);

function knownField(name: string): string {
  if (FIELDS.includes(name)) return name;
  throw new RangeError(`'${name}' is no field of a post; the fields are ${FIELDS.join(', ')}`);
}

export const selectOptions = {
  fields: list(
    '--fields',
    '<list>',
    `Fields to keep of each post, besides ${ALWAYS.join(', ')}; all by default.`,
    [],
    knownField,
  ),
  coins: list('--coin', '<list>', 'Keep posts about these coins only; all known by default.', [], readCoin),
  allPosts: toggle(
    '--all-posts',
    "Keep every post, once, whatever it is about; its tag is 'all', and --coin does not count.",
  ),
  langs: list(
    '--lang',
    '<list>',
    'Keep posts in these languages only, as en,es: by what X says, else by the words.',
  ),
  requireUrl: toggle('--require-url', 'Keep posts with a link only.'),
  noRetweets: toggle('--no-retweets', 'Leave retweets out.'),
  minFollowers: integer('--min-followers', '<count>', 'Leave out authors with fewer followers.', 0, {
    min: 0,
    max: 1_000_000_000,
  }),
  dropNearDuplicates: toggle(
    '--drop-near-duplicates',
    'Leave out posts that say nearly the same as one of the last hour (similarity 0.8); its topic needs --partitions 1.',
  ),
  maxTags: integer(
    '--max-tags',
    '<count>',
    'Tags and coins that one post counts for; further ones are left out, and such posts counted.',
    100,
    { min: 1, max: 1000 },
  ),
  decisions: {
    ...optionalText('--decisions', '<topic>', 'Write what became of each post to a topic: id, source, dest.'),
    parse: topicName,
  } satisfies Option<string | undefined>,
};

export type SelectSettings = Settings<typeof selectOptions>;
