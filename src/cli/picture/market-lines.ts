import { groupDigits, shortNumber } from '../../core/text/numbers.ts';
import { formatTime, type Millis } from '../../core/util/time.ts';
import { table } from '../output/table.ts';
import { labelRoom, type Plot, plot, timeAxis, withAxis } from './chart.ts';
import { type MarketView, onGrid } from './market-view.ts';

type Paint = (text: string) => string;

/** Lines of each panel. */
const HEIGHTS = { price: 8, posts: 4, sentiment: 4 } as const;
/** Cells of labels and axis, as a rule. */
const MARGIN = 14;
/** The times at the ends of the axis need the least. */
const WIDTHS = { least: 38, most: 140 } as const;

const minuteText = (time: Millis): string => formatTime(time).slice(0, 16).replace('T', ' ');
const signed = (value: number): string => `${value > 0 ? '+' : ''}${value.toFixed(2)}`;
const pairName = ({ coin, price }: MarketView): string =>
  [coin, ...(price === undefined ? [] : [price.quote])].join('/').toUpperCase();

function priceTitle(view: MarketView): string {
  const { window, windows } = view.price!;
  const [first] = windows[0]!.values;
  const [last] = windows.at(-1)!.values;
  const change = signed((last! / first! - 1) * 100);
  return `${pairName(view)} ${shortNumber(last!)}, ${change} % since ${minuteText(windows[0]!.end)} UTC, closes of ${window}`;
}

/** Posts of all windows, and the mean sentiment of their posts. */
function totals({ windows }: NonNullable<MarketView['signals']>) {
  let posts = 0;
  let scored = 0;
  let sum = 0;
  for (const { values } of windows) {
    const [count, mean] = values as [number, number];
    if (!Number.isFinite(count)) continue;
    posts += count;
    if (!Number.isFinite(mean)) continue;
    scored += count;
    sum += count * mean;
  }
  return { posts, mean: scored === 0 ? Number.NaN : sum / scored };
}

/** Price, posts and sentiment above one time axis, at most `width` cells wide. `paint` styles titles. */
export function marketLines(view: MarketView, width: number, paint: Paint): string[] {
  const { price, signals } = view;
  const columns = Math.min(WIDTHS.most, Math.max(WIDTHS.least, width - MARGIN));
  const panels: { readonly title: string; readonly height: number; readonly drawn: Plot }[] = [];
  if (price !== undefined)
    panels.push({
      title: priceTitle(view),
      height: HEIGHTS.price,
      drawn: { values: onGrid(price, 0, view) },
    });
  if (signals !== undefined) {
    const { posts, mean } = totals(signals);
    panels.push({
      title: `Posts about ${view.coin} per ${signals.window}: ${groupDigits(posts)} in all`,
      height: HEIGHTS.posts,
      drawn: {
        values: onGrid(signals, 0, view),
        isArea: true,
        label: (value) => groupDigits(Math.round(value)),
      },
    });
    panels.push({
      title: `Mean sentiment per ${signals.window}, from -1 to 1${Number.isNaN(mean) ? '' : `: ${signed(mean)} of all`}`,
      height: HEIGHTS.sentiment,
      drawn: { values: onGrid(signals, 1, view), label: signed },
    });
  }
  const plots = panels
    .map(({ title, height, drawn }) => ({ title, plotted: plot(drawn, { width: columns, height }) }))
    .filter(({ plotted }) => plotted.lines.length > 0);
  if (plots.length === 0) return [];
  const room = labelRoom(plots.map(({ plotted }) => plotted));
  return [
    ...plots.flatMap(({ title, plotted }) => [paint(title), ...withAxis(plotted, room)]),
    ...timeAxis([minuteText(view.from), `${minuteText(view.to)} UTC`], columns, room),
  ];
}

interface MarketWindow {
  readonly start: Millis;
  readonly close?: number | undefined;
  readonly posts?: number | undefined;
  readonly sentiment?: number | undefined;
}

/** Price, posts and sentiment by the start of their windows, oldest first. */
function marketWindows({ price, signals }: MarketView): MarketWindow[] {
  const byStart = new Map<Millis, MarketWindow>();
  const finite = (value: number | undefined) => (Number.isFinite(value) ? value : undefined);
  for (const { start, values } of price?.windows ?? [])
    byStart.set(start, { start, close: finite(values[0]) });
  for (const { start, values } of signals?.windows ?? [])
    byStart.set(start, {
      ...byStart.get(start),
      start,
      posts: finite(values[0]),
      sentiment: finite(values[1]),
    });
  return [...byStart.values()].sort((a, b) => a.start - b.start);
}

const right = (title: string) => ({ title, right: true });

/** The same as a table, without colours, for a pipe. */
export function marketTable(view: MarketView): string[] {
  const rows = marketWindows(view).map(({ start, close, posts, sentiment }) => [
    minuteText(start),
    close === undefined ? '' : shortNumber(close),
    posts === undefined ? '' : groupDigits(posts),
    sentiment === undefined ? '' : signed(sentiment),
  ]);
  const head = [
    { title: 'START (UTC)' },
    right(view.price === undefined ? 'CLOSE' : pairName(view)),
    right('POSTS'),
    right('SENTIMENT'),
  ];
  return table(head, rows);
}

/** The same as one JSON object; times are ISO 8601 UTC, and what is missing is null. */
export const marketJson = (view: MarketView): string => {
  const { coin, from, to, price, signals } = view;
  return `${JSON.stringify({
    coin,
    from: formatTime(from),
    to: formatTime(to),
    quote: price?.quote ?? null,
    price_source: price?.source ?? null,
    price_window: price?.window ?? null,
    signals_window: signals?.window ?? null,
    windows: marketWindows(view).map(({ start, close, posts, sentiment }) => ({
      start: formatTime(start),
      close: close ?? null,
      posts: posts ?? null,
      sentiment: sentiment ?? null,
    })),
  })}\n`;
};
