import { readFileSync } from 'node:fs';

/** Resident anonymous memory now, in MB: without the log's mapped pages. */
export function anonymousMb(): number {
  const match = /RssAnon:\s+(\d+) kB/.exec(readFileSync('/proc/self/status', 'utf8'));
  return match ? Number(match[1]) / 1024 : process.memoryUsage().rss / 2 ** 20;
}

export interface Measured {
  readonly name: string;
  readonly perSecond: number;
  readonly seconds: number;
  readonly peakMb: number;
  /** User and system time of the process, in seconds. */
  readonly cpuSeconds?: number;
  readonly bytesPerRow?: number;
}

/** Times `work`, which returns its number of records, and samples the memory twenty times per second. */
export async function measure(name: string, work: () => Promise<number> | number): Promise<Measured> {
  let peakMb = anonymousMb();
  const timer = setInterval(() => {
    peakMb = Math.max(peakMb, anonymousMb());
  }, 50);
  const cpu = process.cpuUsage();
  const begun = performance.now();
  const count = await work();
  const seconds = (performance.now() - begun) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  clearInterval(timer);
  peakMb = Math.max(peakMb, anonymousMb());
  return { name, perSecond: count / seconds, seconds, peakMb, cpuSeconds: (user + system) / 1e6 };
}
