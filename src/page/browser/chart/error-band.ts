import type {
  CustomData,
  CustomSeriesOptions,
  CustomSeriesPricePlotValues,
  CustomSeriesWhitespaceData,
  ICustomSeriesPaneRenderer,
  ICustomSeriesPaneView,
  PaneRendererCustomData,
  Time,
} from 'lightweight-charts';

/** A band from low to high at a time. */
export interface BandData extends CustomData<Time> {
  readonly low: number;
  readonly high: number;
}

type Draw = Parameters<ICustomSeriesPaneRenderer['draw']>;
type Bars = PaneRendererCustomData<Time, BandData>;

/** A custom series of lightweight-charts: a filled band, broken where data is missing. */
export class ErrorBand implements ICustomSeriesPaneView<Time, BandData, CustomSeriesOptions> {
  #data: Bars | undefined;
  #color = '';

  update(data: Bars, options: CustomSeriesOptions): void {
    this.#data = data;
    this.#color = options.color;
  }

  priceValueBuilder({ low, high }: BandData): CustomSeriesPricePlotValues {
    return [low, high, (low + high) / 2];
  }

  isWhitespace(data: BandData | CustomSeriesWhitespaceData<Time>): data is CustomSeriesWhitespaceData<Time> {
    return (data as Partial<BandData>).low === undefined;
  }

  defaultOptions(): CustomSeriesOptions {
    return { color: '', lastValueVisible: false, priceLineVisible: false } as CustomSeriesOptions;
  }

  renderer(): ICustomSeriesPaneRenderer {
    return { draw: (target, yOf) => this.#draw(target, yOf) };
  }

  #draw(target: Draw[0], yOf: Draw[1]): void {
    const { bars, visibleRange, barSpacing } = this.#data ?? {};
    if (bars === undefined || visibleRange == null) return;
    const seen = bars.slice(Math.max(0, visibleRange.from - 1), visibleRange.to + 1);
    target.useMediaCoordinateSpace(({ context }) => {
      context.fillStyle = this.#color;
      for (const run of runsOf(seen, (barSpacing ?? 1) * 1.5)) {
        const half = run.length === 1 ? (barSpacing ?? 1) / 2 : 0;
        const points = run.flatMap(({ x, originalData: { low, high } }) =>
          (half === 0 ? [x] : [x - half, x + half]).map((at) => ({ at, low: yOf(low), high: yOf(high) })),
        );
        context.beginPath();
        for (const { at, high } of points) context.lineTo(at, high ?? 0);
        for (const { at, low } of points.reverse()) context.lineTo(at, low ?? 0);
        context.closePath();
        context.fill();
      }
    });
  }
}

/** Adjacent bars, at most `step` apart. */
function runsOf<B extends { readonly x: number }>(bars: readonly B[], step: number): B[][] {
  const runs: B[][] = [];
  for (const bar of bars) {
    const run = runs.at(-1);
    if (run !== undefined && bar.x - run.at(-1)!.x <= step) run.push(bar);
    else runs.push([bar]);
  }
  return runs;
}
