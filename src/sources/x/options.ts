import { integer, type LinesOption, optionalPath, span, toggle } from '../../core/option.ts';
import type { Millis } from '../../core/util/time.ts';
import { coins } from '../shared/options.ts';
import { serviceUrl } from '../shared/service-url.ts';
import { type Rule, readRule } from './rules/rule.ts';

const MINUTE: Millis = 60_000;

/** A rule may hold commas. */
const rules: LinesOption<readonly Rule[]> = {
  flag: '--rule',
  placeholder: '<tag=value>',
  help: 'A rule of X with the tag that its posts get; may be repeated.',
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
  'How far back X hands over what a gap missed, in whole minutes; enterprise plans have it.',
  0,
  { min: 0, max: 5 * MINUTE },
);

/** The flags of source x. */
export const xOptions = {
  coins,
  rules,
  rulesFile: optionalPath('--rules-file', '<path>', 'File of rules, one `tag: value` a line.'),
  sampleStream: toggle('--sample-stream', 'Read the 1 % sample of all posts instead of what rules match.'),
  replaceRules: toggle('--replace-rules', 'Delete every other rule of the app, whoever added it.'),
  dryRun: toggle('--dry-run', 'Show which rules would be added and deleted, then end.'),
  backfill: {
    ...backfill,
    parse(given: string): Millis {
      const found = backfill.parse(given);
      if (found % MINUTE !== 0) throw new RangeError(`'${given}' is not whole minutes; write 5m`);
      return found;
    },
  },
  maxPosts: integer(
    '--max-posts',
    '<n>',
    'Posts to take in a UTC month at most, for X bills by the post; 0: all.',
    0,
    {
      min: 0,
      max: 1_000_000_000,
    },
  ),
  url: serviceUrl('--x-url', 'X', 'https://api.x.com'),
};
