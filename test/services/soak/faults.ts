import { type Random, random } from '../../../src/core/random.ts';
import type { CmcFault } from '../../stubs/coinmarketcap.ts';
import type { WallexFault } from '../../stubs/wallex.ts';
import type { Farewell, Fault, XStub } from '../../stubs/x.ts';

/** Of a poller's requests so many meet a fault. */
const SHARE = 0.45;

const ANY_SERVER = [
  { kind: 'reset' },
  { kind: 'silent' },
  { kind: 'cut' },
  { kind: 'half' },
  { kind: 'html', status: 502 },
  { kind: 'html' },
  { kind: 'answer', status: 503 },
] as const;
const CMC: readonly CmcFault[] = [
  ...ANY_SERVER,
  { kind: 'error', code: 1008 },
  { kind: 'error', code: 1008, http: 200 },
  { kind: 'error', code: 1008, asText: true },
  { kind: 'error', code: 500 },
];
const WALLEX: readonly WallexFault[] = [
  ...ANY_SERVER,
  { kind: 'unsuccessful' },
  { kind: 'too many' },
  { kind: 'too many', retryAfter: '3' },
];

/** Faults for the requests of a poller's stub, always the same for a seed, until it is healed. */
function planned<F>(seed: number, name: string, all: readonly F[]) {
  const draw = random(seed, name);
  const plan = { isHealed: false, met: 0 };
  return {
    plan,
    fault: (): F | undefined => {
      if (plan.isHealed || !draw.chance(SHARE)) return undefined;
      plan.met++;
      return draw.pick(all);
    },
  };
}

export const cmcFaults = (seed: number) => planned(seed, 'coinmarketcap', CMC);
export const wallexFaults = (seed: number) => planned(seed, 'wallex', WALLEX);

const ON_CONNECT: readonly Fault[] = [
  '429',
  '429-no-reset',
  'too-many-connections',
  '500',
  '503',
  '503-html',
  '200-html',
  '409-provisioning',
  'hang',
  'stall',
  'reset',
  'drop',
];
const FAREWELLS: readonly Farewell[] = ['operational', 'forced', 'slow-reader', 'internal'];

/** Does one thing to X's stream, at times with trouble on the next connect as well. Answers how many faults that is. */
export async function troubleX(stub: XStub, draw: Random): Promise<number> {
  const isWorse = draw.chance(0.5);
  if (isWorse) stub.fail(draw.pick(ON_CONNECT), { resetMs: 30_000 });
  const kind = draw.below(6);
  if (kind === 0) stub.silence();
  else if (kind === 1) await stub.farewell(draw.pick(FAREWELLS));
  else await stub.hangUp(draw.pick(['end', 'drop', 'reset', 'cut'] as const));
  return isWorse ? 2 : 1;
}
