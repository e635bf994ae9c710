import type { Clock } from '../../../../src/core/util/clock.ts';
import type { Random } from '../../../../src/core/util/random.ts';
import type { Millis } from '../../../../src/core/util/time.ts';
import type { NostrEvent } from '../../../../src/sources/nostr/event.ts';
import { startBinanceStub } from '../../../stubs/binance.ts';
import { type NetworkEvent, StubNetwork, uriOf } from '../../../stubs/bluesky/network.ts';
import { startProfilesStub } from '../../../stubs/bluesky/profiles.ts';
import { JetstreamStub } from '../../../stubs/bluesky/server.ts';
import { startCoinbaseStub } from '../../../stubs/coinbase.ts';
import { type GeckoFault, startCoinGeckoStub } from '../../../stubs/coingecko.ts';
import { startKrakenStub } from '../../../stubs/kraken.ts';
import { nostrEvent, startNostrStub } from '../../../stubs/nostr.ts';

/** Real time between two steps of the market. */
const STEP_MS: Millis = 20;
const COIN_TEXTS = ['bitcoin rises', 'selling $BTC now', 'I like #ethereum', 'ethereum and bitcoin'];
const OTHER_TEXTS = ['rain again', 'my cat sleeps', 'a new recipe'];

/** Posts of the forms that trip readers: times that are far off, offsets in bytes, long texts. */
function oddRecord(at: Millis, draw: Random): { text: string; record: Record<string, unknown> } {
  const bytes = Buffer.byteLength('🚀🚀 ');
  const facet = {
    index: { byteStart: bytes, byteEnd: bytes + 8 },
    features: [{ $type: 'app.bsky.richtext.facet#tag', tag: 'bitcoin' }],
  };
  return draw.pick([
    { text: 'bitcoin in 1970', record: { createdAt: '1970-01-01T00:00:00.000Z' } },
    { text: 'bitcoin in 2099', record: { createdAt: '2099-01-01T00:00:00.000Z' } },
    { text: '🚀🚀 #bitcoin', record: { facets: [facet] } },
    { text: 'bitcoin '.padEnd(3000, 'a'), record: {} },
    { text: 'bitcoin, an answer', record: { createdAt: new Date(at - 90_000).toISOString() } },
  ]);
}

/** Stand-ins of all services that need no key, whose data comes by the clock; `fault` is CoinGecko's. */
export async function startLive(clock: Clock, draw: Random, fault: () => GeckoFault | undefined) {
  const { now } = clock;
  const network = new StubNetwork(now);
  const jetstreams = [
    await JetstreamStub.start({ network, now }),
    await JetstreamStub.start({ network, now, firstSeq: 50_000, delayMs: 150 }),
    await JetstreamStub.start({ network, now, wire: 'v1', delayMs: 70 }),
  ];
  const profiles = await startProfilesStub({ now });
  const relays = [await startNostrStub({ now }), await startNostrStub({ now })];
  relays[1]!.switches.limitation = undefined;
  const binance = await startBinanceStub({ now });
  const coinbase = await startCoinbaseStub({ now });
  const kraken = await startKrakenStub({ now });
  const coingecko = await startCoinGeckoStub({ now, fault });
  const coinPosts: NetworkEvent[] = [];
  const nostrPosts: NostrEvent[] = [];
  const invalid: NostrEvent[] = [];
  const deleted = new Set<string>();
  const switches = { beats: true };

  function bluesky(at: Millis): void {
    const remaining = coinPosts.filter((event) => !deleted.has(uriOf(event)));
    const kept = remaining.length === 0 ? undefined : draw.pick(remaining);
    const kind = draw.below(40);
    if (kind === 0 && kept) {
      deleted.add(uriOf(kept));
      network.delete(kept);
    } else if (kind === 1 && kept) {
      const status = draw.pick(['deleted', 'takendown', undefined]);
      for (const event of remaining) if (status && event.did === kept.did) deleted.add(uriOf(event));
      network.account(kept.did, status);
    } else if (kind === 2 && kept) {
      const { did, body } = kept;
      const parts = { did, rkey: String(body.rkey), operation: 'update' as const };
      coinPosts.push(network.post('bitcoin, edited', parts, at));
    } else if (kind === 3) network.add('identity', (kept ?? network.post('rain', {}, at)).did, {}, at);
    else if (kind < 8) {
      const { text, record } = oddRecord(at, draw);
      coinPosts.push(network.post(text, { record }, at));
    } else if (kind < 24) coinPosts.push(network.post(draw.pick(COIN_TEXTS), {}, at));
    else network.post(draw.pick(OTHER_TEXTS), {}, at);
  }

  function nostr(at: Millis): void {
    const content = `bitcoin ${nostrPosts.length} #bitcoin`;
    const event = nostrEvent({ at, content, tags: [['t', draw.pick(['bitcoin', 'btc', 'eth'])]] });
    nostrPosts.push(event);
    for (const relay of draw.pick([relays, relays, relays.slice(0, 1), relays.slice(1)]))
      relay.publish(event);
  }

  /** What happens within a span up to `at`; `isLost`: nobody hears of the trades. */
  function happen(span: Millis, at: Millis): void {
    const often = (perSecond: number, act: () => void): void => {
      if (draw.chance(Math.min(1, (span / 1000) * perSecond))) act();
    };
    often(1, () => bluesky(at));
    often(0.25, () => nostr(at));
    for (const stub of [coinbase, kraken])
      for (const symbol of stub.tapes.keys())
        if (/^(BTC|ETH).USD$/.test(symbol)) often(0.7, () => stub.trade(symbol));
  }

  let steppedAt = now();
  let beatAt = now();
  const timer = setInterval(() => {
    const at = now();
    happen(at - steppedAt, at);
    steppedAt = at;
    binance.streams.tick();
    if (!switches.beats || at - beatAt < 1000) return;
    beatAt = at;
    for (const stub of [coinbase, kraken]) stub.beat();
  }, STEP_MS);

  const stubs = [...jetstreams, profiles, ...relays, binance, coinbase, kraken, coingecko];
  return {
    ...{ clock, network, jetstreams, profiles, relays, binance, coinbase, kraken, coingecko },
    ...{ coinPosts, nostrPosts, invalid, switches },
    /** What happens while nobody looks on, in steps of 20 s; the clock is past it. */
    pass(span: Millis): void {
      const until = now();
      for (let at = until - span; at < until; at += 20_000) {
        if (draw.chance(0.4)) bluesky(at);
        if (draw.chance(0.2)) nostr(at);
      }
      for (const stub of [coinbase, kraken])
        for (const symbol of ['BTC', 'ETH']) {
          const tape = stub.tapes.get(stub === coinbase ? `${symbol}-USD` : `${symbol}/USD`)!;
          for (let at = until - span; at < until; at += 20_000) if (draw.chance(0.5)) tape.add(at);
        }
      steppedAt = until;
    },
    args: [
      ...['--bluesky-url', jetstreams.map(({ url }) => url).join(), '--bluesky-authors-url', profiles.url],
      ...['--nostr-relays', relays.map(({ relayUrl }) => relayUrl).join()],
      ...[
        '--binance-url',
        binance.url,
        '--binance-ws-url',
        binance.wsUrl,
        '--binance-dumps-url',
        binance.url,
      ],
      ...['--coinbase-url', coinbase.url, '--coinbase-ws-url', coinbase.wsUrl],
      ...['--kraken-url', kraken.url, '--kraken-ws-url', kraken.wsUrl],
    ],
    async close(): Promise<void> {
      clearInterval(timer);
      await Promise.all(stubs.map((stub) => stub.close()));
    },
  };
}

export type Live = Awaited<ReturnType<typeof startLive>>;
