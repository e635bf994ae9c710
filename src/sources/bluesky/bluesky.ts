import { unlistedCoins } from '../../market/text/coins.ts';
import { defineSource } from '../source.ts';
import { blueskyOptions } from './bluesky-options.ts';
import { checkBluesky } from './checks.ts';
import { jetstreamPositionName, parseJetstreamPosition } from './position.ts';
import { readJetstreamStream } from './stream/stream.ts';

export const bluesky = defineSource({
  name: 'bluesky',
  summary: 'Stream the posts of Bluesky that name a coin; public, no key.',
  feeds: { tweets: ['posts-bluesky'] },
  live: { secrets: [], endless: false, check: checkBluesky },
  options: blueskyOptions,
  examples: [
    'cryptopipe produce tweets --source bluesky --coin btc,eth',
    'cryptopipe run tweets --source bluesky --no-authors --for 10m --dir lake',
    'cryptopipe produce tweets --source bluesky --coin btc --once',
  ],
  async *read(settings, context) {
    const { topic = 'posts-bluesky', coins, allPosts, noAuthors, authorsUrl, hosts } = settings;
    const unlisted = unlistedCoins(coins).map((coin) => coin.toUpperCase());
    if (unlisted.length > 0)
      context.warn(
        `bluesky: the list of coins has no ${unlisted.join(', ')}; only $${unlisted[0]} and #${unlisted[0]} find posts about it`,
      );
    const resume = parseJetstreamPosition(await context.position(jetstreamPositionName(topic)));
    const authors = noAuthors ? undefined : authorsUrl;
    yield* readJetstreamStream({ topic, hosts, coins, allPosts, authorsUrl: authors, resume }, context);
  },
});
