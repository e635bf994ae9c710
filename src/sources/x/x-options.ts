import { choice, integer, type LinesOption, optionalPath, toggle } from '../../core/option.ts';
import { span } from '../../core/span-options.ts';
import { MINUTE, type Millis } from '../../core/util/time.ts';
import { coins } from '../shared/options.ts';
import { serviceUrl } from '../shared/service-url.ts';
import { type Rule, readRule } from './rules/rule.ts';

/** Repeatable rather than a list, because a rule may contain commas. */
const rules: LinesOption<readonly Rule[]> = {
  flag: '--rule',
  placeholder: '<tag=value>',
  help: 'X filter rule, with the tag for its posts.',
  fallback: [],
  fallbackText: '',
  env: [],
  repeatable: true,
  lines: true,
  parse(given) {
    const lines = given.split('\n').filter((line) => line.trim() !== '');
    if (lines.length === 0) throw new RangeError("the rule is empty; write 'btc=(bitcoin OR $BTC) lang:en'");
    return lines.map(readRule);
  },
};

const backfill = span(
  '--backfill',
  'How far back to backfill after a gap, in whole minutes; needs an enterprise plan.',
  0,
  { min: 0, max: 5 * MINUTE },
);

/** The flags of source x. */
export const xOptions = {
  coins,
  rules,
  rulesFile: optionalPath('--rules-file', '<path>', 'File of rules, one `tag: value` per line.'),
  sampleStream: toggle('--sample-stream', 'Read the 1 % sample of all posts instead of matching rules.'),
  replaceRules: toggle('--replace-rules', 'Delete all other rules of the app, whoever added them.'),
  dryRun: toggle('--dry-run', 'Show which rules would be added and deleted, then exit.'),
  fullRetweets: choice(
    '--full-retweets',
    ['yes', 'no'],
    'Ask for the original of each retweet and quote: without it, retweets are cut at 140 characters and the coins after that are lost. X bills each original as one more post, once a day.',
    'yes',
  ),
  backfill: {
    ...backfill,
    parse(given: string): Millis {
      const found = backfill.parse(given);
      if (found % MINUTE !== 0) throw new RangeError(`'${given}' is not a whole number of minutes; write 5m`);
      return found;
    },
  },
  maxPosts: integer(
    '--max-posts',
    '<n>',
    'Most posts to read per UTC month, because X bills by the post; 0: no limit.',
    0,
    {
      min: 0,
      max: 1_000_000_000,
    },
  ),
  url: serviceUrl('--x-url', 'X', 'https://api.x.com'),
};
