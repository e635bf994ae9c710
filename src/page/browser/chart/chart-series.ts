import {
  CandlestickSeries,
  HistogramSeries,
  type IChartApi,
  LineSeries,
  LineStyle,
  type UTCTimestamp,
} from 'lightweight-charts';
import { type Millis, SECOND } from '../../../core/util/time.ts';
import { compactNumber, priceText, scoreText } from '../format.ts';
import type { WindowRow } from '../page-store.ts';
import { type BandData, ErrorBand } from './error-band.ts';

/** The chart library counts in seconds. */
export const secondsOf = (time: Millis): UTCTimestamp => (time / SECOND) as UTCTimestamp;

/** The series of the three panes: candles and volume; posts; sentiment and its error. */
export function addChartSeries(chart: IChartApi) {
  const price = { type: 'custom', formatter: priceText, minMove: 1e-8 } as const;
  const series = {
    candles: chart.addSeries(CandlestickSeries, { borderVisible: false, priceFormat: price }, 0),
    volume: chart.addSeries(
      HistogramSeries,
      {
        priceScaleId: 'volume',
        priceFormat: { type: 'custom', formatter: compactNumber, minMove: 1e-8 },
        lastValueVisible: false,
        priceLineVisible: false,
      },
      0,
    ),
    posts: chart.addSeries(
      HistogramSeries,
      { priceFormat: { type: 'custom', formatter: compactNumber, minMove: 1 }, priceLineVisible: false },
      1,
    ),
    band: chart.addCustomSeries<BandData, ReturnType<ErrorBand['defaultOptions']>>(new ErrorBand(), {}, 2),
    sentiment: chart.addSeries(
      LineSeries,
      {
        lineWidth: 2,
        pointMarkersVisible: false,
        priceLineVisible: false,
        priceFormat: { type: 'custom', formatter: scoreText, minMove: 0.01 },
      },
      2,
    ),
  };
  const { volume, posts, sentiment } = series;
  volume.priceScale().applyOptions({ scaleMargins: { top: 0.84, bottom: 0 } });
  posts.priceScale().applyOptions({ scaleMargins: { top: 0.25, bottom: 0 } });
  sentiment.priceScale().applyOptions({ scaleMargins: { top: 0.25, bottom: 0.08 } });
  const zero = sentiment.createPriceLine({
    price: 0,
    lineWidth: 1,
    lineStyle: LineStyle.Dotted,
    axisLabelVisible: false,
  });
  return { ...series, zero };
}

/** Sets the windows of all series; with `isGrown`, only the last ones, which may be new. */
export function setChartData(
  { candles, volume, posts, band, sentiment }: ReturnType<typeof addChartSeries>,
  rows: readonly WindowRow[],
  isGrown: boolean,
): void {
  for (const [series, dataOf] of [
    [candles, candleData],
    [volume, volumeData],
    [posts, postsData],
    [band, bandData],
    [sentiment, sentimentData],
  ] as const)
    if (isGrown) for (const row of rows) series.update(dataOf(row) as never);
    else series.setData(rows.map(dataOf) as never);
}

function candleData({ start, candle }: WindowRow) {
  const time = secondsOf(start);
  if (candle === undefined) return { time };
  const [, , open, high, low, close] = candle;
  return { time, open, high, low, close };
}

const volumeData = ({ start, candle }: WindowRow) =>
  candle?.[6] == null ? { time: secondsOf(start) } : { time: secondsOf(start), value: candle[6] };

const postsData = ({ start, posts }: WindowRow) =>
  posts === undefined ? { time: secondsOf(start) } : { time: secondsOf(start), value: posts[2] };

const sentimentData = ({ start, posts }: WindowRow) =>
  posts?.[4] == null ? { time: secondsOf(start) } : { time: secondsOf(start), value: posts[4] };

const bandData = ({ start, posts }: WindowRow) =>
  posts?.[4] == null || posts[5] === null
    ? { time: secondsOf(start) }
    : { time: secondsOf(start), low: posts[4] - posts[5], high: posts[4] + posts[5] };
