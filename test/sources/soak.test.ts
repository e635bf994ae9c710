import { expect, test } from 'vitest';
import { type Random, random } from '../../src/core/util/random.ts';
import { coinmarketcap } from '../../src/sources/coinmarketcap/coinmarketcap.ts';
import { TIME_OUT_MS } from '../../src/sources/shared/http/client.ts';
import type { Chunk } from '../../src/sources/source.ts';
import { wallex } from '../../src/sources/wallex/wallex.ts';
import { type CmcFault, type ErrorCode, startCoinMarketCapStub } from '../stubs/coinmarketcap.ts';
import type { Fault, Stub } from '../stubs/server.ts';
import { startWallexStub, type WallexFault } from '../stubs/wallex.ts';
import { DEFAULTS, KEY } from './coinmarketcap/run.ts';
import { polls, recordsOf, type Turned, turned, valuesOf } from './turned.ts';

const RUNS = 4;
const POLLS = 60;

const COMMON: readonly Fault[] = [
  { kind: 'reset' },
  { kind: 'silent' },
  { kind: 'cut' },
  { kind: 'half' },
  { kind: 'html' },
  { kind: 'html', status: 502 },
  { kind: 'answer', status: 503, body: {}, headers: { 'retry-after': '200' } },
  { kind: 'answer', body: {} },
];
const WALLEX: readonly WallexFault[] = [
  ...COMMON,
  { kind: 'unsuccessful' },
  { kind: 'too many' },
  { kind: 'too many', retryAfter: '90' },
];
const CMC: readonly CmcFault[] = [
  ...COMMON,
  ...([500, 1008, 1009, 1011] as const).map((code: ErrorCode): CmcFault => ({ kind: 'error', code })),
  { kind: 'error', code: 1008, http: 200, asText: true },
];

/** Faults in spells, by chance; a silent server makes the clock go past the time-out. */
function plan<F extends { readonly kind: string }>(draw: Random, faults: readonly F[], around: Turned) {
  const kinds: string[] = [];
  let spell = 0;
  const fault = (): F | undefined => {
    if (spell === 0 && draw.chance(0.5)) spell = draw.chance(0.1) ? 25 : 1 + draw.below(3);
    if (spell === 0) return undefined;
    spell--;
    const chosen = draw.pick(faults);
    kinds.push(chosen.kind);
    if (chosen.kind === 'silent') setImmediate(() => around.turn(TIME_OUT_MS));
    return chosen;
  };
  return { kinds, fault };
}

/** A wait that passes at once is a moment for sockets, which close by themselves. */
function unhurried(changes: Parameters<typeof turned>[0] = {}): Turned {
  const around = turned({ ...changes, random: random(1, 'jitter').next });
  const sleep = async (span: number, until?: AbortSignal) => {
    if (until === undefined) await new Promise((resolve) => setTimeout(resolve, 1));
    await around.context.sleep(span, until);
  };
  return { ...around, context: { ...around.context, sleep } };
}

/** Several runs, one after the other, each stopped in the middle and begun again. */
async function runs(read: () => AsyncIterable<Chunk>, around: Turned, stub: Stub<never>): Promise<Chunk[]> {
  const chunks: Chunk[] = [];
  for (let run = 0; run < RUNS; run++) {
    chunks.push(...(await polls(POLLS, read(), around)));
    await expect.poll(() => stub.connections.open).toBe(0);
  }
  return chunks;
}

/** Each poll that came too late has a gap before it, and no gap ends where nothing came. */
function checkGaps(chunks: readonly Chunk[]): void {
  for (const gap of valuesOf(chunks, 'gaps')) {
    expect(Date.parse(String(gap.to)) - Date.parse(String(gap.from))).toBeGreaterThan(30_000);
    expect(gap.reason).not.toBe('');
  }
}

test('wallex: through hundreds of faults and restarts, what was handed out in full is written once, in order', async () => {
  const around = unhurried();
  const { kinds, fault } = plan(random(1, 'wallex'), WALLEX, around);
  const stub = await startWallexStub({ now: around.context.now, fault });
  const settings = { symbols: ['USDTTMN'], every: 60_000, wallexUrl: stub.url, topic: undefined };
  const chunks = await runs(
    () => wallex.read({ ...settings, kinds: ['prices'] }, around.context),
    around,
    stub,
  );
  const written = valuesOf(chunks, 'prices-wallex');
  const handed = stub.handed.filter(({ symbol }) => symbol === 'USDTTMN');
  expect(written.map(({ price, polled_at }) => [price, Date.parse(String(polled_at))])).toEqual(
    handed.map(({ price, at }) => [price, at]),
  );
  expect(kinds.length).toBeGreaterThan(150);
  expect(valuesOf(chunks, 'gaps').length).toBeGreaterThan(10);
  checkGaps(chunks);
  expect(stub.connections.most).toBe(1);
  await stub.close();
});

test('coinmarketcap: the same, with an answer that is repeated written once', async () => {
  const around = unhurried({ secrets: { CMC_API_KEY: KEY } });
  const { kinds, fault } = plan(random(1, 'cmc'), CMC, around);
  const stub = await startCoinMarketCapStub({ now: around.context.now, fault, key: KEY });
  const read = () =>
    coinmarketcap.read(
      { ...DEFAULTS, coinmarketcapUrl: stub.url, top: 20, convert: ['USDT'] },
      around.context,
    );
  const chunks = await runs(read, around, stub);
  const written = recordsOf(chunks, 'prices-coinmarketcap').map(({ key }) => key);
  const handed = stub.handed.map(
    ({ symbol, lastUpdated }) => `${symbol.toLowerCase()}/usdt@${new Date(lastUpdated).toISOString()}`,
  );
  expect(written.sort()).toEqual([...new Set(handed)].sort());
  expect(kinds.length).toBeGreaterThan(150);
  expect(valuesOf(chunks, 'gaps').length).toBeGreaterThan(10);
  checkGaps(chunks);
  expect(stub.connections.most).toBe(1);
  expect(JSON.stringify([around.logged, around.notes])).not.toContain(KEY);
  await stub.close();
});
