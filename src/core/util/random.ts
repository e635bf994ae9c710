import { murmur2 } from './hash.ts';

/** A seeded stream of numbers: the same on every machine. Not for secrets. */
export interface Random {
  /** Uniform in [0, 1). */
  next(): number;
  /** Uniform whole number in [0, count). */
  below(count: number): number;
  /** Uniform in [low, high). */
  between(low: number, high: number): number;
  /** About normal, mean 0 and deviation 1, never past 6: the sum of twelve uniforms, so that no libm differs. */
  normal(): number;
  chance(probability: number): boolean;
  pick<T>(from: readonly T[]): T;
}

/** mulberry32. `name` gives each use of one seed a stream of its own, so that one's draws do not shift another's. */
export function random(seed: number, name: string): Random {
  let state = murmur2(`${seed}/${name}`) >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (count: number): number => Math.floor(next() * count);
  return {
    next,
    below,
    between: (low, high) => low + next() * (high - low),
    normal: () => {
      let sum = -6;
      for (let draw = 0; draw < 12; draw++) sum += next();
      return sum;
    },
    chance: (probability) => next() < probability,
    pick: (from) => from[below(from.length)]!,
  };
}
