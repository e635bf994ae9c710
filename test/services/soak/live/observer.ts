import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import type { Millis } from '../../../../src/core/util/time.ts';
import type { Live } from './services.ts';
import type { MarkedGap } from './topics.ts';

/** How far a gap's end and the connect after it may be apart. */
const NEAR_MS: Millis = 3000;

/** Private memory of a process in MB; NaN once it has ended. */
function memoryOf(pid: number): number {
  try {
    return Number(/RssAnon:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;
  } catch {
    return Number.NaN;
  }
}

/** Number of sockets that a process has open; NaN once it has ended. */
function socketsOf(pid: number): number {
  const isSocket = (name: string): boolean => {
    try {
      return readlinkSync(`/proc/${pid}/fd/${name}`).startsWith('socket:');
    } catch {
      // Closed since the folder was listed.
      return false;
    }
  };
  try {
    return readdirSync(`/proc/${pid}/fd`).filter(isSocket).length;
  } catch {
    return Number.NaN;
  }
}

/** Most of the times within any span. */
export function mostWithin(times: readonly Millis[], span: Millis): number {
  let [most, from] = [0, 0];
  for (let at = 0; at < times.length; at++) {
    while (times[at]! - times[from]! >= span) from++;
    most = Math.max(most, at - from + 1);
  }
  return most;
}

/**
 * Samples the stubs every few milliseconds: when clients connect, how many connections are open, how much memory and how many
 * sockets a client takes.
 */
export function observe(live: Live, pid: number) {
  const counters: Readonly<Record<string, () => { readonly connects: number; readonly open: number }>> = {
    bluesky: () => ({
      connects: live.jetstreams.reduce((sum, { asked }) => sum + asked.length, 0),
      open: live.jetstreams.reduce((sum, { open }) => sum + open, 0),
    }),
    'nostr 1': () => ({ connects: live.relays[0]!.upgrades.length, open: live.relays[0]!.sockets.size }),
    'nostr 2': () => ({ connects: live.relays[1]!.upgrades.length, open: live.relays[1]!.sockets.size }),
    binance: () => ({ connects: live.binance.connects(), open: live.binance.open() }),
    coinbase: () => ({
      connects: live.coinbase.socket.upgrades.length,
      open: live.coinbase.socket.sockets.size,
    }),
    kraken: () => ({ connects: live.kraken.socket.upgrades.length, open: live.kraken.socket.sockets.size }),
  };
  const names = Object.keys(counters);
  const connects = Object.fromEntries(names.map((name) => [name, [] as Millis[]]));
  const overlaps = Object.fromEntries(names.map((name) => [name, [] as Millis[]]));
  const mostOpen = Object.fromEntries(names.map((name) => [name, 0]));
  const memory: number[] = [];
  const sockets: number[] = [];
  let samples = 0;
  const sample = (): void => {
    for (const [name, count] of Object.entries(counters)) {
      const { connects: all, open } = count();
      if (open > 1) overlaps[name]!.push(live.clock.now());
      while (connects[name]!.length < all) connects[name]!.push(live.clock.now());
      mostOpen[name] = Math.max(mostOpen[name]!, open);
    }
    if (samples++ % 50 !== 0) return;
    memory.push(memoryOf(pid));
    sockets.push(socketsOf(pid));
  };
  const timer = setInterval(sample, 5);
  return {
    /** Connects after the first that no gap is next to, although no other connection was open. */
    unmarked(gaps: readonly MarkedGap[], until: Millis): string[] {
      const isNear = (one: Millis, other: Millis): boolean => Math.abs(one - other) <= NEAR_MS;
      return Object.entries(connects).flatMap(([name, times]) => {
        const own = gaps.filter(({ source }) => name.startsWith(source));
        return times
          .slice(1)
          .filter((at) => at < until && !overlaps[name]!.some((time) => isNear(at, time)))
          .filter((at) => !own.some(({ from, to }) => from <= at + NEAR_MS && to >= at - NEAR_MS))
          .map((at) => `${name} ${new Date(at).toISOString()}`);
      });
    },
    connects: connects as Readonly<Record<string, readonly Millis[]>>,
    mostOpen: mostOpen as Readonly<Record<string, number>>,
    memory,
    sockets,
    open: () => Object.fromEntries(names.map((name) => [name, counters[name]!().open])),
    stop: () => clearInterval(timer),
  };
}
