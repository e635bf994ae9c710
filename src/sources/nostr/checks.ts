import { type Check, fail, ok, warn } from '../../core/check.ts';
import { checkClock } from '../shared/http/clock-skew.ts';
import type { SourceContext } from '../source.ts';
import { openRelay, type RelayConnection } from './connection.ts';
import { failureOf } from './failure.ts';
import { hashtagsOf, nostrFilters } from './filters.ts';
import type { NostrSettings } from './read.ts';
import { askRelayInfo } from './relay-info.ts';

const DAY_S = 86_400;
const OTHERS = 'Name other relays with --nostr-relays.';

/** The information of a relay, its clock, and whether it answers a subscription. */
async function* checkRelay(
  url: string,
  hashtags: readonly string[],
  context: SourceContext,
): AsyncGenerator<Check> {
  const { host } = new URL(url);
  const what = `nostr ${host}`;
  let connection: RelayConnection | undefined;
  try {
    const { info, answer } = await askRelayInfo(url, context);
    yield checkClock(`nostr ${host}`, answer);
    if (info.restriction !== undefined) yield warn(what, `not open to everyone: ${info.restriction}`, OTHERS);
  } catch (error) {
    const failure = failureOf(error);
    if (failure === undefined) throw error;
    yield warn(`nostr ${host} information`, failure.reason, 'None, if the relay can be read.');
  }
  try {
    connection = await openRelay(url, () => {}, context);
    const [posts] = nostrFilters(hashtags);
    const since = Math.floor(context.now() / 1000) - DAY_S;
    const { events } = await connection.stored({ ...posts!, since, limit: 100 });
    const count = events.length < 100 ? String(events.length) : '100 or more';
    yield ok(what, `reached, ${count} posts of the last day`);
  } catch (error) {
    const failure = failureOf(error);
    if (failure === undefined) throw error;
    yield fail(
      what,
      failure.reason,
      failure.isFinal ? OTHERS : `Check the network and HTTPS_PROXY. ${OTHERS}`,
    );
  } finally {
    await connection?.close();
  }
}

/** Checks each relay: information, clock, and a subscription. Without retries. */
export async function* checkNostr(
  { relays, coins }: Omit<NostrSettings, 'topic'>,
  context: SourceContext,
): AsyncGenerator<Check> {
  const hashtags = hashtagsOf(coins);
  for (const url of relays) yield* checkRelay(url, hashtags, context);
  yield ok('nostr hashtags', hashtags.map((tag) => `#${tag}`).join(' '));
}
