import type { IChartApi, IPanePrimitive, IPanePrimitivePaneView, Time } from 'lightweight-charts';
import type { Millis } from '../../../core/util/time.ts';
import { logicalOf, type WindowSpan } from '../../model/window-scale.ts';

interface Span {
  readonly from: Millis;
  readonly to: Millis;
}

/** Grey bands behind a pane where a source was away. */
export class GapBands implements IPanePrimitive<Time> {
  windows: readonly WindowSpan[] = [];
  gaps: readonly Span[] = [];
  color = '';
  readonly #chart: IChartApi;

  constructor(chart: IChartApi) {
    this.#chart = chart;
  }

  paneViews(): readonly IPanePrimitivePaneView[] {
    return [{ zOrder: () => 'bottom', renderer: () => ({ draw: (target) => this.#draw(target) }) }];
  }

  #draw(target: Parameters<NonNullable<ReturnType<IPanePrimitivePaneView['renderer']>>['draw']>[0]): void {
    const scale = this.#chart.timeScale();
    const xOf = (time: Millis) => {
      const logical = logicalOf(this.windows, time);
      const whole = Math.floor(logical);
      const [left, right] = [
        scale.logicalToCoordinate(whole as never),
        scale.logicalToCoordinate((whole + 1) as never),
      ];
      return left === null || right === null ? undefined : left + (right - left) * (logical - whole);
    };
    const [first, last] = [this.windows[0], this.windows.at(-1)];
    if (first === undefined || last === undefined) return;
    target.useMediaCoordinateSpace(({ context, mediaSize: { width, height } }) => {
      context.fillStyle = this.color;
      for (const { from, to } of this.gaps) {
        if (to < first.start || from > last.end) continue;
        const [left, right] = [xOf(Math.max(from, first.start)), xOf(Math.min(to, last.end))];
        if (left === undefined || right === undefined || right < 0 || left > width) continue;
        context.fillRect(left, 0, Math.max(2, right - left), height);
      }
    });
  }
}
