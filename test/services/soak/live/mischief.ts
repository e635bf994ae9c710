import type { Random } from '../../../../src/core/util/random.ts';
import type { Millis } from '../../../../src/core/util/time.ts';
import { BINANCE_FAULTS } from '../../../stubs/binance/rest.ts';
import type { GeckoFault } from '../../../stubs/coingecko.ts';
import type { ExchangeStub } from '../../../stubs/exchange/exchange-stub.ts';
import { nostrEvent } from '../../../stubs/nostr.ts';
import type { Live } from './services.ts';

/** Returns a function that undoes it; anything else if it passes by itself. */
type LiveFault = (live: Live, draw: Random) => unknown;

const DAY: Millis = 86_400_000;
const WARMING_UP = '{"error":"ServiceUnavailable","message":"cursor replay warming up"}';

const endStreams =
  (how: { code?: number; reason?: string; error?: string }): LiveFault =>
  ({ jetstreams }) => {
    for (const host of jetstreams) host.end(how);
  };

const BLUESKY: Readonly<Record<string, LiveFault>> = {
  'bluesky 503': ({ jetstreams }, draw) =>
    draw.pick(jetstreams).refusals.push({ status: 503, body: WARMING_UP }, { status: 503 }),
  'bluesky 429': ({ jetstreams }, draw) =>
    void draw.pick(jetstreams).refusals.push({ status: 429, headers: { 'retry-after': '3' } }),
  // The newer servers are down, so that the older one is asked.
  'bluesky v1': ({ jetstreams }) => {
    for (const host of jetstreams.slice(0, 2)) {
      host.refusals.push({ status: 503 }, { status: 503 });
      host.end({ code: 1006 });
    }
  },
  'bluesky cursor too old': ({ jetstreams, clock }) => {
    for (const host of jetstreams) {
      host.floor = clock.now() - 2000;
      host.end({ code: 1006 });
    }
    return () => {
      for (const host of jetstreams) host.floor = Number.NEGATIVE_INFINITY;
    };
  },
  'bluesky silence with pings': ({ jetstreams }) => {
    for (const host of jetstreams) {
      host.silence();
      host.ping();
    }
  },
  'bluesky 1006 after some': ({ jetstreams }, draw) => {
    for (const host of jetstreams) host.cuts.push(draw.below(12));
    for (const host of jetstreams) host.end({ code: 1006 });
  },
  'bluesky 1001': endStreams({ code: 1001, reason: 'server shutting down' }),
  'bluesky too slow': endStreams({ code: 1008, error: 'ConsumerTooSlow' }),
  'bluesky error': endStreams({ code: 1011, error: 'InternalError' }),
  'bluesky split frames': ({ jetstreams }) => {
    for (const host of jetstreams) {
      host.isSplit = true;
      host.end({ code: 1006 });
    }
    return () => {
      for (const host of jetstreams) host.isSplit = false;
    };
  },
  'bluesky out of order': ({ jetstreams }) => {
    const old = jetstreams[2]!;
    old.isDisordered = true;
    for (const host of jetstreams) host.end({ code: 1006 });
    return () => {
      old.isDisordered = false;
    };
  },
  'bluesky authors': ({ profiles }, draw) =>
    profiles.next(draw.pick([{ kind: 'reset' }, { kind: 'answer', status: 429 }, { kind: 'html' }])),
};

const NOSTR: Readonly<Record<string, LiveFault>> = {
  'nostr cut': ({ relays }, draw) => draw.pick(relays).cut(),
  'nostr closed': ({ relays }, draw) => {
    const relay = draw.pick(relays);
    relay.switches.closed.push(
      draw.pick(['rate-limited: slow down', 'error: try later', 'duplicate: same id']),
    );
    relay.cut();
  },
  'nostr notice': ({ relays }, draw) => draw.pick(relays).send('["NOTICE","maintenance tonight"]'),
  'nostr auth': ({ relays }, draw) => draw.pick(relays).send('["AUTH","a challenge"]'),
  'nostr wrong id': (live, draw) => {
    const at = live.clock.now();
    const event = {
      ...nostrEvent({ at, content: `forged ${live.invalid.length}` }),
      content: 'bitcoin, forged',
    };
    live.invalid.push(event);
    draw.pick(live.relays).publish(event);
  },
  'nostr future': (live, draw) => {
    const event = nostrEvent({
      at: live.clock.now() + 3 * DAY,
      content: `bitcoin, soon ${live.invalid.length}`,
    });
    live.invalid.push(event);
    draw.pick(live.relays).publish(event);
  },
  // The one that does not tell its limit.
  'nostr few stored': ({ relays }) => {
    const { switches, cut } = relays[1]!;
    switches.maxLimit = 5;
    cut();
    return () => {
      switches.maxLimit = 500;
    };
  },
  'nostr mute': ({ relays }, draw) => {
    const { switches, cut } = draw.pick(relays);
    switches.isMute = true;
    cut();
    return () => {
      switches.isMute = false;
    };
  },
  'nostr refuses': ({ relays }, draw) => {
    const { switches, cut } = draw.pick(relays);
    switches.refusal = { status: draw.pick([429, 500, 503]) };
    cut();
    return () => {
      switches.refusal = undefined;
    };
  },
  'nostr garbage': ({ relays }, draw) => draw.pick(relays).send(draw.pick(['["EVENT"]', '{', '["OK",1]'])),
};

const BINANCE: Readonly<Record<string, LiveFault>> = {
  'binance cut': ({ binance }) => binance.streams.cut(),
  'binance 24 hours': ({ binance }) => {
    binance.streams.longestLifeMs = 15_000;
    return () => {
      binance.streams.longestLifeMs = DAY;
    };
  },
  'binance shutdown': ({ binance }) => binance.streams.announceShutdown(),
  'binance silence': ({ binance }) => {
    binance.streams.isSilent = true;
    return () => {
      binance.streams.isSilent = false;
    };
  },
  'binance lost bars': ({ binance }, draw) => {
    binance.streams.loses = () => draw.chance(0.5);
    return () => {
      binance.streams.loses = () => false;
    };
  },
  'binance silent symbol': ({ binance }) => {
    binance.streams.mute.add('ETHUSDT');
    binance.streams.cut();
    return () => binance.streams.mute.clear();
  },
  'binance 429': ({ binance }) => {
    binance.next(BINANCE_FAULTS.tooMany(4));
    binance.streams.cut();
  },
  'binance 418': ({ binance }) => {
    binance.next(BINANCE_FAULTS.banned(20));
    binance.streams.cut();
  },
  'binance overloaded': ({ binance }, draw) => {
    binance.next(draw.pick([BINANCE_FAULTS.overloaded, { status: 502, body: '<html>' }]), 2);
    binance.streams.cut();
  },
  'binance refuses': ({ binance }, draw) => {
    binance.refuse(draw.pick([{ status: 503 }, BINANCE_FAULTS.tooMany(3)]), 2);
    binance.streams.cut();
  },
  'binance garbage': ({ binance }, draw) =>
    binance.streams.sendText(draw.pick(['{', '[]', '{"data":{"e":"new"}}'])),
};

const REST_FAULTS = [
  { kind: 'reset' },
  { kind: 'html', status: 502 },
  { kind: 'cut' },
  { kind: 'half' },
  { kind: 'answer', status: 429, body: { message: 'Public rate limit exceeded' } },
  { kind: 'answer', status: 503 },
] as const;

/** The faults of an exchange whose trades are numbered. */
function ofExchange(
  name: 'coinbase' | 'kraken',
  texts: readonly (string | object)[],
): Record<string, LiveFault> {
  const of =
    (act: (stub: ExchangeStub, symbol: string, draw: Random) => unknown): LiveFault =>
    (live, draw) =>
      act(live[name], draw.pick(name === 'coinbase' ? ['BTC-USD', 'ETH-USD'] : ['BTC/USD', 'ETH/USD']), draw);
  return {
    [`${name} cut`]: of((stub, _, draw) => stub.cut(draw.pick([undefined, 1000, 1001]), 'going away')),
    [`${name} lost`]: of((stub, symbol, draw) =>
      stub.trade(symbol, 1 + draw.below(name === 'coinbase' ? 1200 : 300), true),
    ),
    [`${name} crowd`]: of((stub, symbol, draw) => stub.crowd(symbol, 1 + draw.below(50))),
    [`${name} repeats`]: of((stub, symbol, draw) => stub.repeat(symbol, 1 + draw.below(20))),
    [`${name} requests`]: of((stub, symbol, draw) => {
      stub.next(draw.pick(REST_FAULTS), 1 + draw.below(3));
      stub.trade(symbol, 3, true);
    }),
    [`${name} lag`]: of((stub, symbol, draw) => {
      stub.lag = 1 + draw.below(4);
      stub.trade(symbol, 3, true);
      return () => {
        stub.lag = 0;
      };
    }),
    [`${name} refuses`]: of((stub, _, draw) => {
      stub.refusal = { status: draw.pick([429, 500, 503]) };
      stub.cut();
      return () => {
        stub.refusal = undefined;
      };
    }),
    [`${name} says`]: of((stub, _, draw) => stub.say(draw.pick(texts))),
  };
}

/** By name: each switch of the stubs that a client survives. */
export const LIVE_FAULTS: Readonly<Record<string, LiveFault>> = {
  ...BLUESKY,
  ...NOSTR,
  ...BINANCE,
  ...ofExchange('coinbase', [
    { type: 'error', message: 'ErrSlowConsume' },
    { type: 'error', message: 'ErrSlowRead' },
    { type: 'error', message: 'Message too big' },
    { type: 'a new type' },
  ]),
  ...ofExchange('kraken', [
    { Error: 'Exceeded msg rate' },
    { channel: 'status', type: 'update', data: [{ system: 'maintenance' }] },
    { channel: 'status', type: 'update', data: [{ system: 'cancel_only' }] },
    { channel: 'status', type: 'update', data: [{ system: 'post_only' }] },
    { method: 'pong', req_id: 1 },
  ]),
  'kraken errors': ({ kraken }, draw) => {
    const error = draw.pick([
      'EGeneral:Too many requests',
      'EAPI:Rate limit exceeded',
      'EService:Unavailable',
      'EService:Busy',
    ]);
    kraken.next({ kind: 'answer', status: 200, body: { error: [error] } });
    kraken.trade('BTC/USD', 2, true);
  },
  'no heartbeats': ({ switches }) => {
    switches.beats = false;
    return () => {
      switches.beats = true;
    };
  },
};

/** An exchange refuses the next streams of this address. */
const blocks =
  (name: 'coinbase' | 'kraken'): LiveFault =>
  (live) => {
    live[name].refusal = { status: 403 };
    live[name].cut();
    return () => {
      live[name].refusal = undefined;
    };
  };

/** By name: blocks of the client's address, which clients wait out for minutes. */
export const LIVE_BLOCKS: Readonly<Record<string, LiveFault>> = {
  'binance firewall': ({ binance }) => {
    binance.next(BINANCE_FAULTS.firewall);
    binance.streams.cut();
  },
  'coinbase block': blocks('coinbase'),
  'kraken block': blocks('kraken'),
};

const GECKO: readonly GeckoFault[] = [
  { kind: 'reset' },
  { kind: 'silent' },
  { kind: 'cut' },
  { kind: 'half' },
  { kind: 'html', status: 502 },
  { kind: 'too many' },
  { kind: 'too many', retryAfter: '3' },
];

/** Faults of CoinGecko's answers, until it is healed. */
export function geckoFaults(draw: Random) {
  const plan = { isHealed: false, met: 0 };
  const fault = (): GeckoFault | undefined => {
    if (plan.isHealed || !draw.chance(0.4)) return undefined;
    plan.met++;
    return draw.pick(GECKO);
  };
  return { plan, fault };
}
