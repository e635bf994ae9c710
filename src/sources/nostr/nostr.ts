import { list } from '../../core/option.ts';
import { coins } from '../shared/options.ts';
import { defineSource } from '../source.ts';
import { checkNostr } from './checks.ts';
import { readNostr } from './read.ts';

const relays = {
  ...list(
    '--nostr-relays',
    '<list>',
    'Addresses of Nostr relays (default: those of Damus, nos.lol and Primal).',
    ['wss://relay.damus.io', 'wss://nos.lol', 'wss://relay.primal.net'],
    readRelayUrl,
  ),
  fallbackText: '',
};

function readRelayUrl(text: string): string {
  if (text.includes('@')) throw new RangeError('remove the user, password and @; for example wss://nos.lol');
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^wss?:$/.test(url.protocol) || url.hostname === '' || /[?#]/.test(text))
    throw new RangeError(`'${text}' is not the address of a relay; write for example wss://nos.lol`);
  return `${url.origin}${url.pathname.replace(/\/+$/, '')}`;
}

export const nostr = defineSource({
  name: 'nostr',
  summary: 'Follow posts on Nostr relays by the hashtags of coins; public, no key.',
  feeds: { tweets: ['posts-nostr'] },
  live: { secrets: [], endless: false, check: checkNostr },
  options: { coins, relays },
  examples: [
    'cryptopipe produce tweets --source nostr --coin btc,eth',
    'cryptopipe produce tweets --source nostr --nostr-relays wss://nos.lol,wss://relay.damus.io --once',
  ],
  read: ({ topic = 'posts-nostr', ...settings }, context) => readNostr({ ...settings, topic }, context),
});
