import { random } from '../../src/core/util/random.ts';
import { realMinutes } from '../../src/sources/sample/minutes.ts';

const MINUTE = 60_000;
const minutes = realMinutes();

/** The price of bitcoin in USDT at a time: the two days in examples/data, repeated. */
export const bitcoin = (time: number): number => minutes[Math.floor(time / MINUTE) % minutes.length]!.open;

const STEPS = 4096;
const walk = (name: string, deviation: number): readonly number[] => {
  const draw = random(1, name);
  let value = 0;
  return Array.from({ length: STEPS }, () => {
    value += draw.normal() * deviation - value * 0.01;
    return value;
  });
};

const ratio = walk('ratio', 0.0005);
const toman = walk('toman', 60);

/** The price of another coin in USDT: bitcoin's times a ratio that changes each minute. */
export function coin(index: number, base: number, time: number): number {
  const step = (Math.floor(time / MINUTE) + index * 97) % STEPS;
  return Number((bitcoin(time) * base * (1 + ratio[step]!)).toPrecision(12));
}

/** The price of USDT in Toman at a time. It changes every 100 ms and has four decimals, one more than clients store. */
export function usdtInToman(time: number): number {
  const tenth = Math.floor(time / 100);
  const unique = (tenth % 100_000) / 10_000;
  return Math.round((110_000 + toman[tenth % STEPS]! + unique) * 10_000) / 10_000;
}
