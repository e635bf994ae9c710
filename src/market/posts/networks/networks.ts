import type { Json } from '../../../core/util/json.ts';
import { asObject } from '../fields.ts';
import { blueskyNetwork } from './bluesky.ts';
import type { Network, NetworkEvent } from './network.ts';
import { nostrNetwork } from './nostr.ts';

/** Networks whose lines have forms of their own, by the name of their source. */
const NETWORKS: Readonly<Record<string, Network>> = { bluesky: blueskyNetwork, nostr: nostrNetwork };
const networks = Object.values(NETWORKS);

/** The network of a line; undefined for the forms of X and for anything else. */
export function networkOf(value: unknown): Network | undefined {
  const line = asObject(value);
  // The forms of X, which are most lines.
  if (line === undefined || line.data !== undefined || line.id_str !== undefined) return undefined;
  return networks.find(({ isLine }) => isLine(line));
}

/** The event of a network's line that is not a post; undefined for a post and for lines of X. Never throws. */
export const networkEventOf = (value: unknown): NetworkEvent | undefined =>
  networkOf(value)?.eventOf(value as Json);
