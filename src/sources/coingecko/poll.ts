import { refuseAhead } from '../../core/stream/ahead.ts';
import { InvalidRecord, type NewRecord } from '../../core/stream/record.ts';
import { formatSpan, MINUTE, type Millis, SECOND } from '../../core/util/time.ts';
import { polling } from '../shared/poll/poller.ts';
import { SeenQuotes } from '../shared/poll/seen.ts';
import { waitUntil } from '../shared/poll/wait.ts';
import { rejectedPart } from '../shared/rejects.ts';
import { type Chunk, latestTime, type SourceContext } from '../source.ts';
import { type GeckoApi, openGeckoApi } from './api.ts';
import { type GeckoRow, geckoTime, type RowTarget, readGeckoRow, toRecord } from './rows.ts';
import { geckoSelection, knownCurrencies } from './selection.ts';

export interface GeckoSettings {
  readonly coins: readonly string[];
  readonly top: number;
  readonly convert: readonly string[];
  readonly every: Millis;
  readonly coingeckoUrl: string;
  readonly topic: string;
}

/** Without a key the limit belongs to the address and is not published; users report 5 to 15 calls a minute. */
const CALL_WITHOUT_KEY_MS: Millis = 15 * SECOND;
/** Answers are cached for a minute. */
const LEAST_PERIOD_MS: Millis = MINUTE;
/** A demo key has 10,000 calls a month: this pace takes 8,928 in 31 days. */
const CALL_WITH_KEY_MS: Millis = 5 * MINUTE;

/** The least time between polls of so many calls. */
const leastPeriod = (calls: number, hasKey: boolean): Millis =>
  Math.max(LEAST_PERIOD_MS, calls * (hasKey ? CALL_WITH_KEY_MS : CALL_WITHOUT_KEY_MS));

/** The stored position: the quotes already written, and the time of the last poll. */
interface GeckoPosition {
  /** A snapshot of SeenQuotes. */
  readonly seen: Readonly<Record<string, string>>;
  readonly polled?: Millis | undefined;
}

const placeName = (topic: string): string => `coingecko/${topic}`;

/** Parses a stored position. An invalid one starts over: quotes may repeat but must not be lost. */
function parsePlace(text: string | undefined): GeckoPosition {
  try {
    const { seen, polled } = JSON.parse(text ?? '{}') as Partial<GeckoPosition>;
    return { seen: seen ?? {}, polled: Number.isSafeInteger(polled) ? polled : undefined };
  } catch {
    return { seen: {} };
  }
}

/** Each new quote of the rows as a record, and rejects for invalid rows. `seen` tells which are new. */
export function geckoRecords(
  raws: readonly unknown[],
  { latest, seen, ...target }: RowTarget & { readonly latest: Millis; readonly seen: SeenQuotes },
): { readonly records: readonly NewRecord[]; readonly counts: Record<string, number> } {
  const { currency, polledAt, topic } = target;
  const records: NewRecord[] = [];
  const written = new Set<string>();
  const counts: Record<string, number> = {};
  const count = (reason: string): void => {
    counts[reason] = (counts[reason] ?? 0) + 1;
  };
  const write = (row: GeckoRow): void => {
    const time = geckoTime(row);
    refuseAhead(time, latest);
    if (seen.add(row.base, currency, time)) records.push(toRecord(row, target));
    else count('cached');
  };
  for (const part of raws) {
    let what = 'row';
    try {
      const row = readGeckoRow(part);
      what = `${row.base}/${currency}`;
      if (written.has(row.base)) count('same symbol');
      else write(row);
      written.add(row.base);
    } catch (error) {
      if (!(error instanceof InvalidRecord)) throw error;
      const why = error.message;
      records.push(rejectedPart({ source: 'coingecko', topic, what, part, why, polledAt }));
    }
  }
  return { records, counts };
}

/** Polls CoinGecko until stopped, no sooner after the last poll of an earlier run than its pace allows. */
export async function* pollCoinGecko(settings: GeckoSettings, context: SourceContext): AsyncGenerator<Chunk> {
  const { coins, top, convert, every, topic, coingeckoUrl } = settings;
  const { now, info, warn, once } = context;
  const name = placeName(topic);
  const { seen: written, polled: lastAnswer } = parsePlace(await context.position(name));
  const seen = new SeenQuotes(written);
  const selection = geckoSelection({ coins, top }, warn);
  const api = openGeckoApi(coingeckoUrl, context);
  const period = Math.max(every, leastPeriod(selection.calls * convert.length, api.hasKey));
  let currencies: readonly string[] | undefined;

  info('coingecko: Data from CoinGecko (https://www.coingecko.com)');
  if (period > every)
    info(`coingecko: polling every ${formatSpan(period)}, within the limit ${limitOf(api)}`);

  async function ask(): Promise<Chunk> {
    currencies ??= await knownCurrencies(convert, api, warn);
    const polledAt = now();
    const received = [];
    for (const currency of currencies)
      received.push({ currency, ...(await selection.markets(api, currency)) });
    const records: NewRecord[] = [];
    const counts: Record<string, number> = {};
    for (const { currency, raws } of received) {
      const target = { currency, polledAt, topic, latest: latestTime(context), seen };
      const made = geckoRecords(raws, target);
      records.push(...made.records);
      for (const [reason, count] of Object.entries(made.counts))
        counts[reason] = (counts[reason] ?? 0) + count;
    }
    const place: GeckoPosition = { seen: seen.snapshot(), polled: polledAt };
    const value = JSON.stringify(place);
    return { records: records, counts, position: { name, value } };
  }

  try {
    const left = lastAnswer === undefined || once ? 0 : lastAnswer + period - now();
    // A later time than any period was made by another clock.
    if (left > 0 && left <= period) await waitUntil(now() + left, context);
    const { host } = new URL(coingeckoUrl);
    yield* polling({ source: 'coingecko', host, every, interval: () => period, lastAnswer, ask }, context);
  } finally {
    await api.close();
  }
}

const limitOf = ({ hasKey }: GeckoApi): string =>
  hasKey ? 'of a demo key, 10,000 calls a month' : 'that all users of one address share';
