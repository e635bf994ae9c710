import type { Log } from '../../log/log.ts';
import { testableWindows, testLead } from '../../market/lead/lead-test.ts';
import { sentences } from '../../market/lead/sentences.ts';
import { readWindows } from '../commands/signals/read-windows.ts';

interface LeadScope {
  readonly topic: string;
  /** Empty: all. */
  readonly coins: readonly string[];
  /** Texts such as `10m`; empty: all. */
  readonly windows: readonly string[];
}

/** The first sentence of `signals test`; undefined without its topic, or with too little in it. Throws UserError for names that no row has. */
export async function leadSentence(
  log: Log,
  { topic, coins, windows }: LeadScope,
): Promise<string | undefined> {
  const details = await log.describe(topic);
  if (details === undefined || details.partitionInfos.every(({ records }) => records === 0)) return undefined;
  const found = await readWindows(log, topic, { coins, windows, historyMs: undefined });
  const { report } = testLead(testableWindows(found.windows));
  return report === undefined ? undefined : sentences(report)[0];
}
