import type { SeriesMarker, Time } from 'lightweight-charts';
import { lowerBound } from '../../../core/util/binary-search.ts';
import { clustersOf } from '../../model/clusters.ts';
import type { PostRow } from '../../model/wire.ts';
import { tone } from '../format.ts';
import type { WindowRow } from '../page-store.ts';
import type { colors } from '../theme.ts';
import { secondsOf } from './chart-series.ts';

type Colors = ReturnType<typeof colors>;

/** A dot with the number of posts above each candle whose window has far more posts than usual. */
function clusterMarks(rows: readonly WindowRow[], { cluster }: Colors): SeriesMarker<Time>[] {
  const windows = rows.map(({ start, posts }) => ({ start, posts: posts?.[2] ?? 0 }));
  const priced = new Set(rows.filter(({ candle }) => candle !== undefined).map(({ start }) => start));
  return clustersOf(windows)
    .filter(({ start }) => priced.has(start))
    .map(({ start, posts }) => ({
      time: secondsOf(start),
      position: 'aboveBar',
      shape: 'circle',
      color: cluster,
      size: 0.6,
      text: String(posts),
    }));
}

const meanOf = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

/** A dot for the listed posts of each window, at their mean price, in the colour of their mean sentiment. */
function postMarks(
  rows: readonly WindowRow[],
  posts: readonly PostRow[],
  { up, down, muted }: Colors,
): SeriesMarker<Time>[] {
  const byRow = new Map<WindowRow, PostRow[]>();
  for (const post of posts) {
    const row = rows[lowerBound(0, rows.length, (at) => rows[at]!.end > post.time)];
    if (post.price === null || row?.candle === undefined || post.time < row.start) continue;
    const known = byRow.get(row);
    if (known === undefined) byRow.set(row, [post]);
    else known.push(post);
  }
  return [...byRow].map(([{ start }, own]) => ({
    time: secondsOf(start),
    position: 'atPriceMiddle',
    price: meanOf(own.map(({ price }) => price!)),
    shape: 'circle',
    color: { up, down, flat: muted }[tone(meanOf(own.map(({ score }) => score ?? 0)))],
    size: 0.1,
  }));
}

/** The marks of the candles, in order of time. `posts` have prices in the currency of the candles. */
export const chartMarks = (
  rows: readonly WindowRow[],
  posts: readonly PostRow[],
  palette: Colors,
): SeriesMarker<Time>[] =>
  [...postMarks(rows, posts, palette), ...clusterMarks(rows, palette)].sort(
    (a, b) => Number(a.time) - Number(b.time),
  );
