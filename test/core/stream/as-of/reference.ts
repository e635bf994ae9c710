import { type AsOf, AsOfJoin, type AsOfSettings } from '../../../../src/core/stream/as-of/as-of-join.ts';

/** A series is named `on`, then its rank, then its source. */
export const NAMES = {
  on: (series: string) => series[0]!,
  source: (series: string) => series.slice(2),
  compare: (a: string, b: string) => Number(a[1]) - Number(b[1]),
};

export const SETTINGS: AsOfSettings = {
  maxAgeMs: 20,
  maxKept: 1000,
  keepMs: 0,
  maxPending: 1000,
  rules: { latenessMs: 5, idleMs: 60, lagOf: (source) => (source === 'live' ? 10 : undefined) },
};

export const joinOf = (given: Partial<AsOfSettings> = {}, stored?: ReadonlyMap<string, string>) =>
  new AsOfJoin<string, string>({ ...SETTINGS, ...given }, NAMES, stored);

/** Takes what a join stores. */
export function save(join: AsOfJoin<string, string>, stored: Map<string, string>): Map<string, string> {
  for (const [key, text] of join.changes())
    if (text === null) stored.delete(key);
    else stored.set(key, text);
  return stored;
}

/** `left@its time right@its time`, or the reason. */
export const shown = ({ left, leftTime, match }: AsOf<string, string>): string =>
  `${left}@${leftTime} ${typeof match === 'string' ? match : `${match.item}@${match.time}`}`;

/** A record of the left side, whose `series` is its `on`, or of the right side. */
export interface Arrival {
  readonly isLeft: boolean;
  readonly series: string;
  readonly time: number;
  readonly item: string;
}

/** The join by definition: all records are kept, and everything is computed again for each. Sources have a known lag. */
export function slowJoin(arrivals: readonly Arrival[], { maxAgeMs, rules }: AsOfSettings = SETTINGS) {
  const rights: Arrival[] = [];
  let lefts: Arrival[] = [];
  const left: { on: string; time: number; asked: string[]; text: string }[] = [];
  const late: string[] = [];

  function decide({ series: on, time, item }: Arrival, isEnd: boolean): boolean {
    const names = [...new Set(rights.map(({ series }) => series))].filter((name) => NAMES.on(name) === on);
    const newest = (name: string) =>
      Math.max(...rights.filter(({ series }) => series === name).map((right) => right.time));
    const furthest = Math.max(...names.map(newest));
    const asked: string[] = [];
    if (names.length === 0 && !isEnd) return false;
    for (const name of names.sort(NAMES.compare)) {
      const isPassed = newest(name) - rules.latenessMs > time;
      const isStopped = newest(name) + maxAgeMs + rules.lagOf('live')! + rules.latenessMs <= furthest;
      if (!isPassed && !isStopped && !isEnd) return false;
      asked.push(name);
      const found = rights
        .filter((right) => right.series === name && right.time <= time && right.time >= time - maxAgeMs)
        .reduce<Arrival | undefined>(
          (best, next) => (next.time >= (best?.time ?? 0) ? next : best),
          undefined,
        );
      if (found === undefined) continue;
      left.push({ on, time, asked, text: `${item}@${time} ${found.item}@${found.time}` });
      return true;
    }
    const isBefore = rights.some((right) => names.includes(right.series) && right.time <= time);
    left.push({ on, time, asked, text: `${item}@${time} ${isBefore ? 'too old' : 'no series'}` });
    return true;
  }

  function decideAll(on: string, isEnd: boolean): void {
    const inOrder = lefts.filter(({ series }) => series === on).sort((a, b) => a.time - b.time);
    for (const one of inOrder) {
      if (!decide(one, isEnd)) return;
      lefts = lefts.filter((other) => other !== one);
    }
  }

  for (const arrival of arrivals) {
    const { isLeft, series, time, item } = arrival;
    if (isLeft) lefts.push(arrival);
    else {
      const isLate = left.some(
        (one) => one.asked.includes(series) && one.time - maxAgeMs <= time && time <= one.time,
      );
      if (isLate) late.push(item);
      rights.push(arrival);
    }
    decideAll(isLeft ? series : NAMES.on(series), false);
  }
  for (const on of [...new Set(lefts.map(({ series }) => series))].sort()) decideAll(on, true);
  return { decided: left.map(({ text }) => text), late };
}
