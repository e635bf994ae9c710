import { type Check, fail, ok, warn } from '../../core/check.ts';
import { UserError } from '../../core/errors.ts';
import type { Settings } from '../../core/option.ts';
import { isObject, parseObject } from '../../core/util/json.ts';
import { type Millis, SECOND } from '../../core/util/time.ts';
import { readJetstream } from '../../market/posts/networks/jetstream.ts';
import { unlistedCoins } from '../../market/text/coins.ts';
import { httpClient } from '../shared/http/client.ts';
import { describeSkew } from '../shared/http/clock-skew.ts';
import { HttpError } from '../shared/http/http-error.ts';
import type { SourceContext } from '../source.ts';
import type { blueskyOptions } from './bluesky-options.ts';
import { type OpenEvents, ServerChoice } from './stream/server-choice.ts';

type BlueskySettings = Settings<typeof blueskyOptions>;

/** Events are this old at most when they come; a larger difference is one of the clocks. */
const TOLERATED_AGE_MS: Millis = 30 * SECOND;
/** Any account of Bluesky's own. */
const KNOWN_AUTHOR = 'bsky.app';

function clockCheck(time: Millis, now: Millis): Check {
  const what = 'bluesky clock';
  if (Math.abs(now - time) <= TOLERATED_AGE_MS) return ok(what, 'the local clock agrees');
  return warn(
    what,
    `the local clock is ${describeSkew(now - time)} the newest event`,
    'Synchronize the clock by NTP: timedatectl set-ntp true',
  );
}

/** Waits for the first events of an open stream. */
async function* streamChecks(
  { host, wire, socket }: OpenEvents,
  context: SourceContext,
): AsyncGenerator<Check> {
  const what = `bluesky ${new URL(host).host}`;
  const frames = await socket.next();
  const times = (frames ?? []).map(({ text }) => readJetstream(parseObject(text))?.time ?? Number.NaN);
  const time = times.find((one) => !Number.isNaN(one));
  if (time === undefined) {
    const reason = socket.end?.reason ?? 'no event among its messages';
    yield fail(what, `open, but ${reason}`, 'Try again later; a run uses another server of --bluesky-url.');
    return;
  }
  yield ok(what, wire === 'v2' ? 'reached, events come' : 'reached, events come by the old protocol');
  yield clockCheck(time, context.now());
}

async function* hostChecks(
  host: string,
  others: readonly string[],
  context: SourceContext,
): AsyncGenerator<Check> {
  const what = `bluesky ${new URL(host).host}`;
  const newest = { startAt: () => ({}), forgetSeq: () => {} };
  try {
    const { stream, ...failure } = await new ServerChoice([host], undefined, context).open(newest);
    if (stream !== undefined)
      try {
        yield* streamChecks(stream, context);
      } finally {
        await stream.close();
      }
    else if ('reason' in failure) yield fail(what, failure.reason, hintFor(failure.reason, others));
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    yield fail(what, error.message, error.hint);
  }
}

function hintFor(reason: string, others: readonly string[]): string {
  const elsewhere =
    others.length === 0 ? '' : ` Other servers: ${others.map((one) => new URL(one).host).join(', ')}.`;
  return /^HTTP (?:403|451)/.test(reason)
    ? `This server is blocked from here, perhaps by region; no key would help.${elsewhere}`
    : `Check the network, HTTPS_PROXY and --bluesky-url.${elsewhere}`;
}

async function authorsCheck(url: string, context: SourceContext): Promise<Check> {
  const what = `bluesky ${new URL(url).host}`;
  const hint = 'Check --bluesky-authors-url, or start with --no-authors; posts come without it, too.';
  const client = httpClient(url, context);
  try {
    const { status, body } = await client.get(`/xrpc/app.bsky.actor.getProfiles?actors=${KNOWN_AUTHOR}`);
    if (status !== 200 || !isObject(body)) return warn(what, `HTTP ${status}`, hint);
    return ok(what, 'reached, knows the authors');
  } catch (error) {
    if (!(error instanceof HttpError)) throw error;
    return warn(what, error.message, hint);
  } finally {
    await client.close();
  }
}

/** Checks each server, the clock, the coins and the service that knows the authors. Changes nothing. */
export async function* checkBluesky(
  settings: BlueskySettings,
  context: SourceContext,
): AsyncGenerator<Check> {
  const { hosts, coins, noAuthors, authorsUrl } = settings;
  for (const host of hosts)
    yield* hostChecks(
      host,
      hosts.filter((other) => other !== host),
      context,
    );
  if (!noAuthors) yield await authorsCheck(authorsUrl, context);
  const unlisted = unlistedCoins(coins);
  if (unlisted.length > 0)
    yield warn(
      'bluesky coins',
      `${unlisted.join(', ')}: not in the list of coins`,
      'Only their cashtags and hashtags find posts.',
    );
  else if (coins.length > 0) yield ok('bluesky coins', `${coins.join(', ')}: known`);
}
