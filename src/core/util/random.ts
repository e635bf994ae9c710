import { murmur2 } from './hash.ts';

/** A seeded random number generator with the same output on every machine. Not for secrets. */
export interface Random {
  /** Uniform in [0, 1). */
  next(): number;
  /** Uniform whole number in [0, count). */
  below(count: number): number;
  /** Uniform in [low, high). */
  between(low: number, high: number): number;
  /** Approximately normal: mean 0, deviation 1, within [-6, 6]. A sum of twelve uniforms, since libm differs by machine. */
  normal(): number;
  chance(probability: number): boolean;
  pick<T>(from: readonly T[]): T;
}

/** mulberry32. Each `name` gets its own stream of a seed, so that draws of one use do not shift those of another. */
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
