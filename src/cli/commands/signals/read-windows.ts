import { UserError } from '../../../core/errors.ts';
import { InvalidRecord } from '../../../core/stream/record.ts';
import type { Millis } from '../../../core/util/time.ts';
import type { Log } from '../../../log/log.ts';
import { readSignalWindow, type SignalWindow } from '../../../market/lead/signal-windows.ts';
import { didYouMean } from '../../args/suggest.ts';
import { describeTopic } from '../topics/name.ts';
import { newestByKey } from '../topics/reading.ts';

export interface WindowFilter {
  /** Empty: all. */
  readonly coins: readonly string[];
  /** Texts such as `10m`; empty: all. */
  readonly windows: readonly string[];
  /** Undefined: all. */
  readonly historyMs: Millis | undefined;
}

export interface WindowsRead {
  /** In order of time. */
  readonly windows: readonly SignalWindow[];
  /** Rows that may still change, and rows that could not be read. Neither are in `windows`. */
  readonly provisional: number;
  readonly invalid: number;
}

/** The newest revision of each row. */
async function newestRows(log: Log, topic: string): Promise<{ rows: SignalWindow[]; invalid: number }> {
  const newest = await newestByKey(log, await describeTopic(log, topic), readOrUndefined);
  const found = [...newest.values()].filter((row) => row !== null);
  const rows = found.filter((row) => row !== undefined);
  return { rows, invalid: found.length - rows.length };
}

function readOrUndefined(value: string): SignalWindow | undefined {
  try {
    return readSignalWindow(value);
  } catch (error) {
    if (error instanceof InvalidRecord) return undefined;
    throw error;
  }
}

/** Throws UserError `usage` for a name that no row has. */
function requireKnown(
  flag: string,
  names: readonly string[],
  known: ReadonlySet<string>,
  topic: string,
): void {
  const missing = names.filter((name) => !known.has(name));
  if (missing.length === 0) return;
  throw new UserError(
    'usage',
    `${flag} ${missing.join(',')}: topic ${topic} has no such rows${didYouMean(missing[0]!, known)}`,
    `It has ${[...known].sort().join(', ')}.`,
  );
}

/** The final rows of topic `signals` that a filter lets through. Throws UserError. */
export async function readWindows(log: Log, topic: string, filter: WindowFilter): Promise<WindowsRead> {
  const { rows, invalid } = await newestRows(log, topic);
  if (rows.length === 0)
    throw new UserError(
      'failed',
      `topic ${topic} has no signals`,
      "Make some with 'cryptopipe process signals', or with 'cryptopipe run'.",
    );
  requireKnown('--coin', filter.coins, new Set(rows.map(({ coin }) => coin)), topic);
  requireKnown('--window', filter.windows, new Set(rows.map(({ window }) => window)), topic);
  const allows = (names: readonly string[], name: string) => names.length === 0 || names.includes(name);
  const chosen = rows.filter(
    ({ coin, window }) => allows(filter.coins, coin) && allows(filter.windows, window),
  );
  const newest = chosen.reduce((most, { end }) => Math.max(most, end), Number.NEGATIVE_INFINITY);
  const since = newest - (filter.historyMs ?? Number.POSITIVE_INFINITY);
  const recent = chosen.filter(({ start }) => start >= since);
  const windows = recent.filter(({ isFinal }) => isFinal).sort((a, b) => a.start - b.start);
  return { windows, provisional: recent.length - windows.length, invalid };
}
