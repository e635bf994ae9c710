import { random } from '../../../src/core/util/random.ts';
import type { CmcFault } from '../../stubs/coinmarketcap.ts';
import type { WallexFault } from '../../stubs/wallex.ts';

/** Probability of a fault per request of a poller. */
const FAULT_RATE = 0.45;

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

/** Faults for a poller's stub, deterministic for a seed, until it is healed. */
function planned<F>(seed: number, name: string, all: readonly F[]) {
  const draw = random(seed, name);
  const plan = { isHealed: false, met: 0 };
  return {
    plan,
    fault: (): F | undefined => {
      if (plan.isHealed || !draw.chance(FAULT_RATE)) return undefined;
      plan.met++;
      return draw.pick(all);
    },
  };
}

export const cmcFaults = (seed: number) => planned(seed, 'coinmarketcap', CMC);
export const wallexFaults = (seed: number) => planned(seed, 'wallex', WALLEX);
