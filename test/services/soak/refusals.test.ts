import { expect, test } from 'vitest';
import { random } from '../../../src/core/util/random.ts';
import { sandbox } from '../../e2e/cli.ts';
import { BINANCE_FAULTS } from '../../stubs/binance/rest.ts';
import type { GeckoFault } from '../../stubs/coingecko.ts';
import { movedClock } from './live/moved-clock.ts';
import { type Live, startLive } from './live/services.ts';
import { readTopic } from './topic.ts';

/** Speed-up of the clock of services and sources. */
const TIMES = 8;
/** The topic of each source. */
const TOPICS = {
  bluesky: 'posts-bluesky',
  nostr: 'posts-nostr',
  binance: 'bars-binance',
  coinbase: 'prices-coinbase',
  kraken: 'prices-kraken',
  coingecko: 'prices-coingecko',
};
type Source = keyof typeof TOPICS;

interface Refusal {
  readonly what: string;
  readonly of: Source;
  /** What its error says, and its remedy. */
  readonly says: readonly [message: string, hint: string];
  readonly refuse?: (live: Live) => void;
  readonly gecko?: GeckoFault;
  /** 1 by default. */
  readonly exit?: number;
}

const relaysClose =
  (...reasons: readonly string[]) =>
  ({ relays }: Live): void =>
    relays.forEach((relay, index) => void relay.switches.closed.push(reasons[index % reasons.length]!));

const REFUSALS: readonly Refusal[] = [
  {
    what: '400 InvalidRequest',
    of: 'bluesky',
    says: ['refuses the request: unknown parameter', '--bluesky-url'],
    refuse: ({ jetstreams }) => {
      const body = JSON.stringify({ error: 'InvalidRequest', message: 'unknown parameter' });
      for (const { refusals } of jetstreams) refusals.push({ status: 400, body });
    },
  },
  ...['auth-required: log in', 'restricted: members', 'blocked: no', 'pow: 28', 'invalid: bad'].map(
    (reason): Refusal => ({
      what: `CLOSED ${reason} of every relay`,
      of: 'nostr',
      says: [`no relay can be read (${reason}; ${reason})`, '--nostr-relays'],
      refuse: relaysClose(reason),
    }),
  ),
  {
    what: '451 of requests',
    of: 'binance',
    says: ['closed to this region', 'kraken or coinbase'],
    refuse: ({ binance }) => binance.next(BINANCE_FAULTS.restricted),
  },
  {
    what: '451 of the stream',
    of: 'binance',
    says: ['closed to this region', 'kraken or coinbase'],
    refuse: ({ binance }) => binance.refuse(BINANCE_FAULTS.restricted),
  },
  {
    what: '400 -1100',
    of: 'binance',
    says: ['-1100 Illegal characters', 'Report it with this message'],
    refuse: ({ binance }) => binance.next(BINANCE_FAULTS.illegal),
  },
  {
    what: 'is not a valid product for every coin',
    of: 'coinbase',
    says: ['coinbase streams none of the markets', '--coin'],
    refuse: ({ coinbase }) => {
      for (const symbol of ['BTC-USD', 'ETH-USD']) coinbase.unlist(symbol);
    },
  },
  {
    what: 'Currency pair not supported for every coin',
    of: 'kraken',
    says: ['kraken streams none of the markets', '--coin'],
    refuse: ({ kraken }) => {
      for (const symbol of ['BTC/USD', 'ETH/USD']) kraken.unlist(symbol);
    },
  },
  {
    what: '10002',
    of: 'coingecko',
    says: ['API Key Missing', 'COINGECKO_API_KEY'],
    gecko: { kind: 'code', code: 10_002 },
    exit: 2,
  },
];

const { run, path } = sandbox();

test.each(REFUSALS.map((refusal) => [`${refusal.of}: ${refusal.what}`, refusal] as const))(
  '%s ends this source with a clear error, and the others go on',
  async (_, { of, says, refuse, gecko, exit = 1 }) => {
    const clock = movedClock(TIMES);
    const live = await startLive(clock, random(1, 'market'), () => gecko);
    try {
      refuse?.(live);
      const args = ['--source', Object.keys(TOPICS).join(), '--coin', 'btc,eth', '--for', '40s'];
      const { code, stderr } = await run(
        ['produce', ...args, ...live.args, '--coingecko-url', live.coingecko.url],
        clock.env(),
      );
      expect({ code, stderr }).toEqual({ code: exit, stderr: expect.stringContaining(says[0]) });
      expect(stderr).toContain(says[1]);
      const counts = Object.entries(TOPICS).map(async ([source, topic]) => {
        const records = await readTopic(path('.cryptopipe'), topic);
        return [source, records.length > (source === 'coingecko' ? 1 : 5)] as const;
      });
      const written = Object.fromEntries(await Promise.all(counts));
      // What Binance wrote before its stream was refused stays.
      delete written[of];
      const others = Object.keys(TOPICS).filter((source) => source !== of);
      expect(written).toEqual(Object.fromEntries(others.map((source) => [source, true])));
    } finally {
      await live.close();
    }
  },
);
