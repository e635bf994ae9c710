// npm run docs    docs/sample.svg, from what `run --sample` writes to its topics
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const PROGRAM = fileURLToPath(new URL('../bin/cryptopipe.js', import.meta.url));
const HALF_HOUR = 30 * 60_000;
const HOUR = 2 * HALF_HOUR;
const LABELS = ['positive', 'neutral', 'negative'];

/** Runs the sample in an empty folder, and returns the rows of a topic. */
function sampleRows() {
  const folder = mkdtempSync(join(tmpdir(), 'cryptopipe-picture-'));
  const run = (...args) =>
    execFileSync(process.execPath, [PROGRAM, ...args, '--quiet'], {
      cwd: folder,
      encoding: 'utf8',
      maxBuffer: 2 ** 28,
    });
  const rows = (topic) =>
    run('sink', 'console', '--topics', topic, '--bus', 'local:.cryptopipe/sample/bus', '--once')
      .split('\n')
      .filter((line) => line.startsWith('{') && !line.startsWith('{"stages"'))
      .map((line) => JSON.parse(line));
  try {
    run('run', '--sample');
    return { candles: rows('candles'), posts: rows('tweets-processed') };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Groups rows by the start of their period, oldest first. */
function byPeriod(rows, timeOf, span) {
  const periods = new Map();
  for (const row of rows) {
    const start = Math.floor(Date.parse(timeOf(row)) / span) * span;
    if (!periods.has(start)) periods.set(start, []);
    periods.get(start).push(row);
  }
  return [...periods].sort(([a], [b]) => a - b);
}

/** What the picture shows: bitcoin's candles of half an hour, and its posts by hour and sentiment. */
export function pictureData({ candles, posts } = sampleRows()) {
  const btc = candles
    .filter(({ coin, quote, window }) => coin === 'btc' && quote === 'usdt' && window === '10m')
    .sort((a, b) => (a.window_start < b.window_start ? -1 : 1));
  const about = posts.filter(({ coin }) => coin === 'btc');
  return {
    candles: byPeriod(btc, (row) => row.window_start, HALF_HOUR).map(([start, rows]) => ({
      start,
      open: rows[0].open,
      high: Math.max(...rows.map(({ high }) => high)),
      low: Math.min(...rows.map(({ low }) => low)),
      close: rows.at(-1).close,
    })),
    posts: byPeriod(about, (row) => row.created_at, HOUR).map(([start, rows]) => {
      const total = rows.reduce((sum, { sentiment_score }) => sum + sentiment_score, 0);
      const count = (label) => rows.filter(({ sentiment_label }) => sentiment_label === label).length;
      return {
        start,
        ...Object.fromEntries(LABELS.map((label) => [label, count(label)])),
        mean: Math.round((total / rows.length) * 1e4) / 1e4,
      };
    }),
  };
}

const LEFT = 72;
const WIDTH = 860;
const RIGHT = LEFT + WIDTH;
const PRICE = { top: 84, height: 212 };
const POSTS = { top: 348, height: 84 };
const MEAN = { top: 484, height: 60 };
const BOTTOM = MEAN.top + MEAN.height;

const px = (value) => String(Math.round(value * 10) / 10);
const label = (x, y, text, more = '') => `<text x="${px(x)}" y="${px(y)}"${more}>${text}</text>`;
const line = (x1, y1, x2, y2, name) =>
  `<line class="${name}" x1="${px(x1)}" y1="${px(y1)}" x2="${px(x2)}" y2="${px(y2)}"/>`;
const box = (x, y, width, height, name) =>
  `<rect class="${name}" x="${px(x)}" y="${px(y)}" width="${px(width)}" height="${px(Math.max(height, 0.6))}"/>`;
const path = (points, name) =>
  `<path class="${name}" d="M${points.map(([x, y]) => `${px(x)} ${px(y)}`).join('L')}"/>`;
/** Maps values from `low` to `high` onto a panel, the largest at its top. */
const scale = (panel, low, high) => (value) =>
  panel.top + panel.height - ((value - low) / (high - low)) * panel.height;
const gridLines = (values, y, text) =>
  values.flatMap((value) => [
    line(LEFT, y(value), RIGHT, y(value), 'grid'),
    label(LEFT - 8, y(value) + 4, text(value), ' text-anchor="end"'),
  ]);

const STYLE = `
svg{font:12px system-ui,-apple-system,"Segoe UI",Helvetica,Arial,sans-serif}
.card{fill:#fff;stroke:#d8dee4}text{fill:#59636e}.title{fill:#1f2328;font-size:17px;font-weight:600}.head{fill:#1f2328;font-weight:600}
.grid{stroke:#e7ebef}.zero{stroke:#afb8c1}.rise{fill:#1a9c82;stroke:#1a9c82}.fall{fill:#d9534a;stroke:#d9534a}
.close{fill:none;stroke:#57606a;stroke-width:1.3;stroke-opacity:.55;stroke-linejoin:round}.mean{fill:none;stroke:#7a5af5;stroke-width:2;stroke-linejoin:round}
.positive{fill:#1a9c82}.neutral{fill:#c3cad2}.negative{fill:#d9534a}
@media(prefers-color-scheme:dark){
.card{fill:#0d1117;stroke:#30363d}text{fill:#9198a1}.title,.head{fill:#f0f6fc}
.grid{stroke:#21262d}.zero{stroke:#484f58}.rise{fill:#3ecfae;stroke:#3ecfae}.fall{fill:#f2726a;stroke:#f2726a}
.close{stroke:#c9d1d9}.mean{stroke:#a78bfa}
.positive{fill:#2fb898}.neutral{fill:#535c66}.negative{fill:#e5645c}
}`;

function pricePanel(candles, xOf) {
  const lowest = Math.floor(Math.min(...candles.map(({ low }) => low)) / 500) * 500;
  const highest = Math.ceil(Math.max(...candles.map(({ high }) => high)) / 500) * 500;
  const y = scale(PRICE, lowest, highest);
  const step = (WIDTH / candles.length) * 0.62;
  const marks = [];
  for (let value = lowest; value <= highest; value += 500) marks.push(value);
  return [
    label(LEFT, PRICE.top - 14, 'BTC/USDT, candles of 30 minutes and their close', ' class="head"'),
    ...gridLines(marks, y, (value) => value.toLocaleString('en-US')),
    ...candles.flatMap(({ start, open, high, low, close }) => {
      const middle = xOf(start + HALF_HOUR / 2);
      const name = close >= open ? 'rise' : 'fall';
      const body = box(
        middle - step / 2,
        y(Math.max(open, close)),
        step,
        Math.abs(y(open) - y(close)),
        `${name}" stroke="none`,
      );
      return [line(middle, y(high), middle, y(low), name), body];
    }),
    path(
      candles.map(({ start, close }) => [xOf(start + HALF_HOUR / 2), y(close)]),
      'close',
    ),
  ];
}

function postPanels(posts, xOf) {
  const most =
    Math.ceil(Math.max(...posts.map((hour) => LABELS.reduce((sum, name) => sum + hour[name], 0))) / 40) * 40;
  const y = scale(POSTS, 0, most);
  const width = (WIDTH / posts.length) * 0.72;
  const bars = posts.flatMap((hour) => {
    let height = 0;
    return LABELS.map((name) => {
      const from = height;
      height += hour[name];
      return box(xOf(hour.start + HOUR / 2) - width / 2, y(height), width, y(from) - y(height), name);
    });
  });
  const legend = LABELS.flatMap((name, i) => {
    const x = RIGHT - 240 + i * 84;
    return [box(x, POSTS.top - 23, 10, 10, name), label(x + 15, POSTS.top - 14, name)];
  });
  const limit = Math.ceil(Math.max(...posts.map(({ mean }) => Math.abs(mean))) * 5) / 5;
  const mean = scale(MEAN, -limit, limit);
  return [
    label(LEFT, POSTS.top - 14, 'Posts about bitcoin per hour (generated), by sentiment', ' class="head"'),
    ...legend,
    ...gridLines([0, most / 2, most], y, String),
    ...bars,
    label(LEFT, MEAN.top - 14, 'Mean sentiment per hour, from -1 to 1', ' class="head"'),
    ...gridLines([-limit, 0, limit], mean, (value) => (value > 0 ? `+${value}` : String(value))),
    line(LEFT, mean(0), RIGHT, mean(0), 'zero'),
    path(
      posts.map((hour) => [xOf(hour.start + HOUR / 2), mean(hour.mean)]),
      'mean',
    ),
  ];
}

/** The SVG of the data. Its colours follow the reader's light or dark mode. */
export function picture({ candles, posts }) {
  const first = candles[0].start;
  const last = candles.at(-1).start + HALF_HOUR;
  const xOf = (time) => LEFT + ((time - first) / (last - first)) * WIDTH;
  const times = [];
  for (let time = first; time <= last; time += 6 * HOUR) {
    const [day, clock] = new Date(time).toISOString().split(/T|:00\.000Z/);
    const text = clock === '00:00' ? `${Number(day.slice(8))} June` : clock;
    times.push(line(xOf(time), PRICE.top, xOf(time), BOTTOM, 'grid'));
    times.push(label(xOf(time), BOTTOM + 20, text, ' text-anchor="middle"'));
  }
  const parts = [
    '<rect class="card" x=".5" y=".5" width="959" height="579" rx="8"/>',
    label(24, 38, 'What npm start puts into the lake: two days, 1 and 2 June 2025 (UTC)', ' class="title"'),
    ...times,
    ...pricePanel(candles, xOf),
    ...postPanels(posts, xOf),
  ];
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 960 580" role="img" aria-label="Bitcoin's price and the sentiment of posts about it over two days">
<style>${STYLE}
</style>
${parts.join('\n')}
</svg>
`;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  writeFileSync(new URL('../docs/sample.svg', import.meta.url), picture(pictureData()));
  console.log('docs/sample.svg');
}
