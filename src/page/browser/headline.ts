import { DAY } from '../../core/util/time.ts';
import type { PageSelection } from '../model/wire.ts';
import { byId, make, setText } from './dom.ts';
import { compactNumber, minuteText, percentText, priceText, scoreText, tone } from './format.ts';
import type { WindowRow } from './page-store.ts';

/** Mean score of windows, each by its number of scored posts. */
function meanOf(rows: readonly WindowRow[]): number | null {
  let [scored, sum] = [0, 0];
  for (const { posts } of rows) {
    if (posts?.[4] == null) continue;
    scored += posts[3];
    sum += posts[3] * posts[4];
  }
  return scored === 0 ? null : sum / scored;
}

/** The last price and the day up to it. */
export function showHeadline(
  rows: readonly WindowRow[],
  { coin, quote, source, window }: PageSelection,
): void {
  const pair = quote === '' ? coin.toUpperCase() : `${coin.toUpperCase()}/${quote.toUpperCase()}`;
  setText(byId('title'), pair === '' ? 'Nothing on this bus yet' : pair);
  const until = rows.at(-1)?.end ?? 0;
  const day = rows.filter(({ start }) => start >= until - DAY);
  const priced = day.flatMap(({ candle }) => (candle === undefined ? [] : [candle]));
  const [first, last] = [priced[0], priced.at(-1)];
  const change = first === undefined || last === undefined ? null : last[5] / first[2] - 1;
  const price = byId('last');
  setText(price, priceText(last?.[5]));
  price.className = tone(change === null ? null : change * 100);
  document.title = last === undefined ? `${pair} · cryptopipe` : `${priceText(last[5])} ${pair} · cryptopipe`;
  const posts = day.reduce((sum, row) => sum + (row.posts?.[2] ?? 0), 0);
  const mean = meanOf(day);
  const facts: [string, string, string][] = [
    ['24 h', change === null ? '–' : percentText(change), tone(change === null ? null : change * 100)],
    ['High', priced.length === 0 ? '–' : priceText(Math.max(...priced.map((row) => row[3]))), ''],
    ['Low', priced.length === 0 ? '–' : priceText(Math.min(...priced.map((row) => row[4]))), ''],
    ['Posts', compactNumber(posts), ''],
    ['Sentiment', scoreText(mean), tone(mean)],
  ];
  byId('facts').replaceChildren(
    ...facts.map(([name, value, kind]) =>
      make('div', {}, make('dt', {}, name), make('dd', { class: kind }, value)),
    ),
  );
  byId('chart').setAttribute(
    'aria-label',
    `Chart of ${pair}${source === '' ? '' : ` from ${source}`}, windows of ${window}`,
  );
}

/** The values of a window, in words short enough for a line. */
export function valuesOf({ start, candle, posts }: WindowRow): [name: string, value: string, kind: string][] {
  const values: [string, string, string][] = [['', minuteText(start), 'time']];
  if (candle !== undefined) {
    const [, , open, high, low, close, volume, final] = candle;
    const kind = tone((close / open - 1) * 100);
    values.push(
      ['O', priceText(open), kind],
      ['H', priceText(high), kind],
      ['L', priceText(low), kind],
      ['C', priceText(close), kind],
    );
    if (volume !== null) values.push(['V', compactNumber(volume), '']);
    if (!final) values.push(['', 'provisional', '']);
  }
  if (posts !== undefined) {
    const [, , count, , mean, error, deleted] = posts;
    values.push(['Posts', compactNumber(count), '']);
    if (deleted > 0) values.push(['Deleted', compactNumber(deleted), '']);
    values.push([
      'Sentiment',
      error === null ? scoreText(mean) : `${scoreText(mean)} ± ${error.toFixed(2)}`,
      tone(mean),
    ]);
  }
  return values;
}
