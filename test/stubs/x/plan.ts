import type { Millis } from '../../../src/core/util/time.ts';
import type { Fault } from './faults.ts';

export type Endpoint = 'stream' | 'rules' | 'login';

/** When a fault occurs: for which requests, after how many good ones, how often. */
export interface When {
  readonly on?: Endpoint;
  readonly after?: number;
  readonly times?: number;
  /** For '429': how far away the end of the window is. */
  readonly resetMs?: Millis;
}

export interface Planned {
  readonly fault: Fault;
  readonly on: Endpoint;
  after: number;
  times: number;
  readonly resetMs: Millis;
}

/** The planned faults, in order. */
export class Plan {
  #planned: Planned[] = [];

  add(fault: Fault, { on = 'stream', after = 0, times = 1, resetMs = 30_000 }: When): void {
    this.#planned.push({ fault, on, after, times, resetMs });
  }

  clear(): void {
    this.#planned = [];
  }

  /** The fault for this request, if one is planned. */
  next(on: Endpoint): Planned | undefined {
    const planned = this.#planned.find((one) => one.on === on && one.times > 0);
    if (planned === undefined) return undefined;
    if (planned.after > 0) {
      planned.after--;
      return undefined;
    }
    planned.times--;
    return planned;
  }
}
