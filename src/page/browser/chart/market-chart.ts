import {
  ColorType,
  CrosshairMode,
  createChart,
  createSeriesMarkers,
  createTextWatermark,
  type IChartApi,
  type Time,
} from 'lightweight-charts';
import type { Millis } from '../../../core/util/time.ts';
import type { GapRow, PostRow } from '../../model/wire.ts';
import type { WindowRow } from '../page-store.ts';
import { colors } from '../theme.ts';
import { addChartSeries, secondsOf, setChartData } from './chart-series.ts';
import { GapBands } from './gap-bands.ts';
import { chartMarks } from './marks.ts';

const FIRST_WINDOWS = 160;
const WIDTH_OF_WINDOW = 8;

/** Candles with volume, posts by window, and mean sentiment with its standard error, on one time axis. */
export class MarketChart {
  /** Called with the window under the crosshair; undefined when it left. */
  onHover: (row: WindowRow | undefined) => void = () => {};
  readonly #container: HTMLElement;
  readonly #chart: IChartApi;
  readonly #series;
  readonly #markers;
  readonly #titles;
  readonly #bands: GapBands[] = [];
  #rows: readonly WindowRow[] = [];
  /** Those listed beside the chart that have a price in its currency. */
  #posts: readonly PostRow[] = [];
  #focus: number | undefined;
  /** The keyboard moved the crosshair last: its events come late, and without a point while the chart scrolls. */
  #isByKey = false;

  constructor(container: HTMLElement) {
    this.#container = container;
    const chart = createChart(container, {
      autoSize: true,
      layout: { attributionLogo: false, fontFamily: 'inherit', fontSize: 11 },
      crosshair: { mode: CrosshairMode.Normal },
      timeScale: { timeVisible: true, secondsVisible: false, rightOffset: 4, minBarSpacing: 0.2 },
      handleScroll: { vertTouchDrag: false },
    });
    this.#chart = chart;
    this.#series = addChartSeries(chart);
    this.#markers = createSeriesMarkers<Time>(this.#series.candles, []);
    const panes = chart.panes();
    for (const [index, part] of [6, 2, 2].entries()) panes[index]?.setStretchFactor(part);
    this.#titles = panes.map((pane) =>
      createTextWatermark(pane, { horzAlign: 'left', vertAlign: 'top', lines: [] }),
    );
    for (const pane of panes) {
      const bands = new GapBands(chart);
      pane.attachPrimitive(bands);
      this.#bands.push(bands);
    }
    chart.subscribeCrosshairMove(({ logical, point }) => {
      if (this.#isByKey) return;
      if (point === undefined) return this.onHover(undefined);
      this.#focus = logical === undefined ? undefined : Math.round(logical);
      this.onHover(this.#rows[this.#focus ?? -1]);
    });
    container.addEventListener('keydown', (event) => this.#onKey(event));
    container.addEventListener('pointermove', () => {
      this.#isByKey = false;
    });
    container.addEventListener('blur', () => this.#leave());
    this.paint();
  }

  /** Shows these windows. `from`: the first that changed since the last call; `fresh`: they are of another series. */
  show(
    rows: readonly WindowRow[],
    { gaps, posts }: { readonly gaps: readonly GapRow[]; readonly posts: readonly PostRow[] },
    { from, fresh }: { from: Millis; fresh: boolean },
  ): void {
    const last = this.#rows.at(-1);
    const isGrown = !fresh && last !== undefined && from >= last.start && rows.length >= this.#rows.length;
    const changed = isGrown ? rows.slice(this.#rows.length - 1) : rows;
    this.#rows = rows;
    this.#posts = posts;
    setChartData(this.#series, changed, isGrown);
    for (const bands of this.#bands) Object.assign(bands, { windows: rows, gaps });
    const bottom = rows.some(({ candle }) => candle?.[6] != null) ? 0.22 : 0.06;
    this.#series.candles.priceScale().applyOptions({ scaleMargins: { top: 0.1, bottom } });
    this.#showMarks();
    if (fresh) this.#showNewest();
  }

  /** Takes the colours of the page. */
  paint(): void {
    const { fontFamily } = getComputedStyle(document.body);
    const { up, down, muted, line, band, grid, accent, panel, gap, volume } = colors();
    this.#chart.applyOptions({
      layout: {
        background: { type: ColorType.Solid, color: panel },
        textColor: muted,
        fontFamily,
        panes: { separatorColor: grid, separatorHoverColor: accent },
      },
      grid: { vertLines: { color: grid }, horzLines: { color: grid } },
      crosshair: {
        vertLine: { color: muted, labelBackgroundColor: accent },
        horzLine: { color: muted, labelBackgroundColor: accent },
      },
      rightPriceScale: { borderColor: grid },
      timeScale: { borderColor: grid },
    });
    const { candles, posts, sentiment, band: bandSeries } = this.#series;
    candles.applyOptions({ upColor: up, downColor: down, wickUpColor: up, wickDownColor: down });
    posts.applyOptions({ color: line });
    sentiment.applyOptions({ color: accent });
    bandSeries.applyOptions({ color: band });
    this.#series.volume.applyOptions({ color: volume });
    this.#series.zero.applyOptions({ color: muted });
    for (const bands of this.#bands) bands.color = gap;
    const titles = ['', 'Posts', 'Mean sentiment ± standard error'];
    for (const [at, title] of titles.entries())
      this.#titles[at]?.applyOptions({ lines: [{ text: title, color: muted, fontSize: 11, fontFamily }] });
    this.#showMarks();
  }

  #showMarks(): void {
    this.#markers.setMarkers(chartMarks(this.#rows, this.#posts, colors()));
  }

  #showNewest(): void {
    const width = this.#container.clientWidth;
    const count = Math.min(
      this.#rows.length,
      Math.max(30, Math.min(FIRST_WINDOWS, Math.floor(width / WIDTH_OF_WINDOW))),
    );
    const to = this.#rows.length + 3;
    this.#chart.timeScale().setVisibleLogicalRange({ from: this.#rows.length - count, to });
  }

  #leave(): void {
    this.#isByKey = false;
    this.#chart.clearCrosshairPosition();
    this.#focus = undefined;
    this.onHover(undefined);
  }

  #onKey(event: KeyboardEvent): void {
    const last = this.#rows.length - 1;
    const target = targetOf(event.key, this.#focus ?? last + 1, last);
    if (target !== undefined && last >= 0) this.#moveTo(target);
    else if (event.key === '+' || event.key === '=') this.#zoom(0.7);
    else if (event.key === '-') this.#zoom(1.4);
    else if (event.key === 'Escape') this.#leave();
    else return;
    event.preventDefault();
  }

  #moveTo(index: number): void {
    this.#focus = index;
    this.#isByKey = true;
    const row = this.#rows[index]!;
    const scale = this.#chart.timeScale();
    const range = scale.getVisibleLogicalRange();
    if (range !== null && (index < range.from || index > range.to)) {
      const half = (range.to - range.from) / 2;
      scale.setVisibleLogicalRange({ from: index - half, to: index + half });
    }
    const price = row.candle?.[5] ?? 0;
    // The next frame has the new range.
    requestAnimationFrame(() => {
      if (this.#focus === index)
        this.#chart.setCrosshairPosition(price, secondsOf(row.start), this.#series.candles);
    });
    this.onHover(row);
  }

  #zoom(factor: number): void {
    const scale = this.#chart.timeScale();
    const range = scale.getVisibleLogicalRange();
    if (range === null) return;
    const center = this.#focus ?? range.to;
    scale.setVisibleLogicalRange({
      from: center - (center - range.from) * factor,
      to: center + (range.to - center) * factor,
    });
  }
}

/** The window to which a key moves from window `at`; undefined for a key that does not move. */
function targetOf(key: string, at: number, last: number): number | undefined {
  const targets: Readonly<Record<string, number>> = {
    ArrowLeft: at - 1,
    ArrowRight: at + 1,
    PageUp: at - 10,
    PageDown: at + 10,
    Home: 0,
    End: last,
  };
  const target = targets[key];
  return target === undefined ? undefined : Math.max(0, Math.min(last, target));
}
