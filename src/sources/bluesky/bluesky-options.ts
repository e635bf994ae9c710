import { listOf, type Option, toggle } from '../../core/option.ts';
import { coins } from '../shared/options.ts';
import { serviceUrl } from '../shared/service-url.ts';

/** The first two speak v2; the others the old wire, in case that both are down. */
const HOSTS = [
  'https://jetstream.us-east.bsky.network',
  'https://jetstream.us-west.bsky.network',
  'https://jetstream2.us-east.bsky.network',
  'https://jetstream2.us-west.bsky.network',
] as const;
const oneHost = serviceUrl('--bluesky-url', 'a Jetstream server', HOSTS[0]);

const hosts: Option<readonly string[]> = listOf(
  '--bluesky-url',
  '<urls>',
  'Addresses of Jetstream servers; another one is used when one fails.',
  HOSTS,
  oneHost.parse,
  HOSTS.join(','),
);

/** The flags of source bluesky. */
export const blueskyOptions = {
  coins,
  allPosts: toggle('--all-posts', 'Write every post, not only those that name a coin; --coin is ignored.'),
  noAuthors: toggle('--no-authors', 'Do not ask for names and followers of the authors.'),
  hosts,
  authorsUrl: serviceUrl(
    '--bluesky-authors-url',
    "Bluesky's public API, which knows the authors",
    'https://public.api.bsky.app',
  ),
};
