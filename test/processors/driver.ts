import type { Options, Settings } from '../../src/core/option.ts';
import { formatTime } from '../../src/core/util/time.ts';
import type { Logic, Output, Processor } from '../../src/processors/processor.ts';

/** A processor's logic with all it answered, and the means to stop it and go on from what it stored. */
export interface Driver {
  readonly logic: Logic;
  readonly outputs: Output[];
  readonly late: string[];
  readonly drops: string[];
  accept(topic: string, value: unknown, key?: string): void;
  advance(time: number, caughtUp?: boolean): void;
  finish(mode: 'clock' | 'all', time?: number): void;
  restart(): void;
  /** What is stored after all commits so far. */
  stored(): ReadonlyMap<string, string>;
}

/** Settings are the declared defaults where not given. */
export function runLogic<O extends Options>(
  processor: Processor<O>,
  given: Partial<Settings<O>> = {},
): Driver {
  const defaults = Object.entries(processor.options).map(([name, option]) => [name, option.fallback]);
  const settings = { ...Object.fromEntries(defaults), ...given } as Settings<O>;
  const saved = new Map<string, string>();
  const outputs: Output[] = [];
  const late: string[] = [];
  const drops: string[] = [];
  const out = {
    emit: (output: Output) => void outputs.push(output),
    late: (why: string, byMs: number) => void late.push(`${why}, by ${byMs} ms`),
    drop: (reason: string) => void drops.push(reason),
  };
  let logic = processor.build(settings, new Map());
  let offset = 0;
  const stored = () => {
    for (const [key, text] of logic.changes())
      if (text === null) saved.delete(key);
      else saved.set(key, text);
    return saved;
  };
  return {
    get logic() {
      return logic;
    },
    outputs,
    late,
    drops,
    stored,
    accept: (topic, value, key) => {
      offset += 1;
      logic.accept({ topic, from: topic, partition: 0, offset, key: key ?? null, headers: {}, value }, out);
    },
    advance: (time, caughtUp = true) => logic.advance?.({ time, monotonic: time, caughtUp }, out),
    finish: (mode, time = 0) => logic.finish?.(mode, time, out),
    restart: () => {
      // A log returns its state in another order than it was written.
      logic = processor.build(settings, new Map([...stored()].sort(([a], [b]) => (a < b ? 1 : -1))));
    },
  };
}

const START = Date.parse('2026-03-02T10:00:00.000Z');

/** Seconds after 2026-03-02 10:00 UTC, as epoch ms and as text. */
export const at = (second: number): number => START + second * 1000;
export const iso = (second: number): string => formatTime(at(second));
