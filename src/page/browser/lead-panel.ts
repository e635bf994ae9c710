import { formatSpan, MINUTE, type Millis } from '../../core/util/time.ts';
import type { LagRow, LeadAnswer, LeadView, PageSelection } from '../model/wire.ts';
import { byId, draw, setRows, setText } from './dom.ts';
import { scoreText } from './format.ts';

/** How often the page asks again. */
const EVERY_MS: Millis = MINUTE;

const WIDTH = 316;
const HEIGHT = 120;
const LABELS = 16;
const MIDDLE = (HEIGHT - LABELS) / 2;

const lagText = (lag: Millis): string =>
  lag === 0 ? '0' : `${lag > 0 ? '+' : '\u2212'}${formatSpan(Math.abs(lag))}`;
const px = (value: number): string => String(Math.round(value * 10) / 10);

/** Correlation by lag as bars, with the band of what chance alone gives one lag. */
function bars({ byLag, band }: LeadView, name: string): SVGSVGElement {
  const largest = Math.max(band * 1.3, ...byLag.map(([, correlation]) => Math.abs(correlation ?? 0)));
  const yOf = (correlation: number) => MIDDLE - (correlation / largest) * (MIDDLE - 4);
  const step = WIDTH / byLag.length;
  const bar = ([lag, correlation, p]: LagRow, at: number) => {
    const value = correlation ?? 0;
    const isBeyond = Math.abs(value) > band;
    return draw(
      'rect',
      {
        class: isBeyond ? 'bar beyond' : 'bar',
        x: px(at * step + step * 0.18),
        width: px(step * 0.64),
        y: px(Math.min(yOf(value), MIDDLE)),
        height: px(Math.max(1, Math.abs(yOf(value) - MIDDLE))),
      },
      draw('title', {}, `${lagText(lag)}: r ${scoreText(correlation)}, p ${p.toFixed(3)}`),
    );
  };
  const isLabelled = (at: number) => at % 3 === 0;
  return draw(
    'svg',
    { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: 'img', 'aria-label': name },
    draw('rect', {
      class: 'chance',
      x: '0',
      width: String(WIDTH),
      y: px(yOf(band)),
      height: px(yOf(-band) - yOf(band)),
    }),
    draw('line', { class: 'axis', x1: '0', x2: String(WIDTH), y1: px(MIDDLE), y2: px(MIDDLE) }),
    ...byLag.map(bar),
    ...byLag.flatMap(([lag], at) =>
      isLabelled(at) ? [draw('text', { x: px((at + 0.5) * step), y: String(HEIGHT - 3) }, lagText(lag))] : [],
    ),
  );
}

/** Whether attention leads the return: bars by lag, and the answer in words. */
export class LeadPanel {
  #selection: PageSelection | undefined;
  #shown = '';

  constructor() {
    setInterval(() => void this.#ask(), EVERY_MS);
  }

  /** Shows the answer for another selection. */
  open(selection: PageSelection): void {
    this.#selection = selection;
    void this.#ask();
  }

  async #ask(): Promise<void> {
    const selection = this.#selection;
    if (selection === undefined || document.hidden) return;
    try {
      const { coin, window } = selection;
      const response = await fetch(`/lead?${new URLSearchParams({ coin, window })}`, { cache: 'no-store' });
      if (!response.ok) return;
      const answer = (await response.json()) as LeadAnswer;
      if (selection === this.#selection) this.#show(answer);
    } catch {
      // The connection shows that the server is away; the next question may be answered.
    }
  }

  #show({ lead, why }: LeadAnswer): void {
    const shown = JSON.stringify([lead, why]);
    if (shown === this.#shown) return;
    this.#shown = shown;
    const [words = why, ...rest] = lead?.sentences ?? [];
    setText(byId('lead-words'), words);
    setText(byId('lead-more'), rest.join(' '));
    byId('lead-words').className = lead === null ? 'none' : '';
    byId('lead-table').hidden = lead === null;
    byId('lead-key').hidden = lead === null;
    byId('lead-chart').replaceChildren(
      ...(lead === null ? [] : [bars(lead, `Correlation of attention with the return by lag. ${words}`)]),
    );
    if (lead === null) return;
    setText(
      byId('lead-key'),
      `${lead.windows} windows of ${lead.window}; band: 95 % of one lag by chance. Right of 0, attention comes first.`,
    );
    setRows(
      byId('lead-table'),
      ['Lag', 'Correlation', 'p'],
      lead.byLag.map(([lag, correlation, p]) => [lagText(lag), scoreText(correlation), p.toFixed(3)]),
    );
  }
}
