// Computes the correlations of `cryptopipe signals test` again, in DuckDB, from signals and candles; see README.md.
// node lead.mjs signals.jsonl candles.jsonl test.json
import { readFileSync } from 'node:fs';
import { DuckDBInstance } from '@duckdb/node-api';

const [signalsFile, candlesFile, testFile] = process.argv.slice(2);
const { tests } = JSON.parse(readFileSync(testFile, 'utf8'));
const db = await (await DuckDBInstance.create(':memory:')).connect();
const query = async (sql) => (await db.runAndReadAll(sql)).getRowObjectsJS();

/** The newest record of each key, as `topics tail --from start --json` prints them. */
const newest = (file, columns) => `
  SELECT value.* FROM read_json('${file}', format = 'newline_delimited',
    columns = {key: 'VARCHAR', "offset": 'BIGINT', value: 'STRUCT(${columns})'})
  QUALIFY row_number() OVER (PARTITION BY key ORDER BY "offset" DESC) = 1`;

await db.run(`
  CREATE TABLE signals AS ${newest(
    signalsFile,
    `coin VARCHAR, "window" VARCHAR, window_start TIMESTAMP, available_at TIMESTAMP, attention_z DOUBLE,
     sentiment_mean DOUBLE, price_quote VARCHAR, price_source VARCHAR, final BOOLEAN`,
  )};
  CREATE TABLE candles AS ${newest(
    candlesFile,
    'coin VARCHAR, quote VARCHAR, source VARCHAR, "window" VARCHAR, window_start TIMESTAMP, open DOUBLE, close DOUBLE',
  )};`);

const SERIES = { attention: 'attention_z', sentiment: 'sentiment_mean' };
const HOUR = 3_600_000;

/** The means that `signals test` takes out, one after the other: of the time of day, of the hour of the week. */
function rhythmCells(rhythm, length) {
  const day = `begins % ${24 * HOUR} // ${length}`;
  const week = `begins % ${168 * HOUR} // ${Math.max(length, HOUR)}`;
  if (rhythm === 'day') return [day];
  if (rhythm === 'day and week') return length < HOUR ? [day, week] : [week];
  return [];
}

const withoutMeans = (cells) =>
  cells.reduce(
    (from, cell) => `(SELECT * REPLACE (
      CASE WHEN count(x) OVER cell > 1 THEN x - avg(x) OVER cell END AS x,
      CASE WHEN count(y) OVER cell > 1 THEN y - avg(y) OVER cell END AS y) FROM ${from} WINDOW cell AS (PARTITION BY ${cell}))`,
    'grid',
  );

/** What the autoregression does not foresee. A missing value counts as its prediction, in gaps up to the order. */
function prewhitened(values, { mean, coefficients }) {
  const past = [];
  let known = 0;
  let gap = 0;
  return values.map((value, t) => {
    const predicted = coefficients.reduce((sum, phi, j) => sum + phi * (past[t - 1 - j] ?? 0), 0);
    gap = value === null ? gap + 1 : 0;
    if (gap > coefficients.length) known = 0;
    else if (known > 0 || value !== null) known += 1;
    past.push(value === null ? (known === 0 ? 0 : predicted) : value - mean);
    return value !== null && known > coefficients.length ? value - mean - predicted : null;
  });
}

/** A table `series` of one test: times, and both series without rhythm and memory. */
async function prepare({ coin, window, series, from, windows, lags, rhythm, autoregression }) {
  const length = Math.abs(lags[0].lag_ms / lags[0].lag);
  await db.run(`
    CREATE OR REPLACE TABLE grid AS
    SELECT begins, s.available_at, s.${SERIES[series]} AS x, ln(c.close / c.open) AS y
    FROM (SELECT epoch_ms(TIMESTAMP '${from}') + t * ${length} AS begins FROM range(${windows}) r(t))
    LEFT JOIN signals s ON epoch_ms(s.window_start) = begins AND s.coin = '${coin}' AND s."window" = '${window}' AND s.final
    LEFT JOIN candles c ON c.window_start = s.window_start AND c.coin = s.coin AND c."window" = s."window"
      AND c.quote = s.price_quote AND c.source = s.price_source`);
  const rows = await query(
    `SELECT begins::DOUBLE AS begins, epoch_ms(available_at)::DOUBLE AS available, x, y
     FROM ${withoutMeans(rhythmCells(rhythm, length))} ORDER BY begins`,
  );
  const xs = prewhitened(
    rows.map(({ x }) => x),
    autoregression.series,
  );
  const ys = prewhitened(
    rows.map(({ y }) => y),
    autoregression.return,
  );
  await db.run('CREATE OR REPLACE TABLE series (begins DOUBLE, available DOUBLE, x DOUBLE, y DOUBLE)');
  const appender = await db.createAppender('series');
  rows.forEach(({ begins, available }, t) => {
    for (const value of [begins, available, xs[t], ys[t]])
      if (value === null) appender.appendNull();
      else appender.appendDouble(value);
    appender.endRow();
  });
  appender.closeSync();
  return length;
}

const averageRank = (column) =>
  `(rank() OVER (ORDER BY ${column}) + (count(*) OVER (PARTITION BY ${column}) - 1) / 2)`;
const correlations = (pairs) => `
  WITH pairs AS (${pairs}), ranks AS (SELECT x, y, ${averageRank('x')} AS xr, ${averageRank('y')} AS yr FROM pairs)
  SELECT count(*)::DOUBLE AS pairs, corr(x, y) AS pearson, corr(xr, yr) AS spearman FROM ranks`;
const both = 's.x IS NOT NULL AND f.y IS NOT NULL';

let largest = 0;
for (const test of tests) {
  const length = await prepare(test);
  // The first window that begins when the row is known: the first return that a reader of the signal could have had.
  const usable = 'FROM series s ASOF JOIN series f ON s.available <= f.begins';
  const [{ lag: first }] = await query(
    `SELECT mode((f.begins - s.begins) / ${length}) AS lag ${usable} WHERE ${both}`,
  );
  const [joined] = await query(
    correlations(`SELECT s.x, f.y ${usable} WHERE ${both} AND f.begins - s.begins = ${first * length}`),
  );
  for (const { lag, lag_ms, ...expected } of test.lags) {
    const [found] = await query(
      correlations(
        `SELECT s.x, f.y FROM series s JOIN series f ON f.begins = s.begins + ${lag_ms} WHERE ${both}`,
      ),
    );
    if (lag === first && found.pairs !== joined.pairs)
      throw new Error('some rows are known later than others');
    for (const name of ['pairs', 'pearson', 'spearman'])
      largest = Math.max(largest, Math.abs(found[name] - expected[name]));
  }
  const { coin, window, series } = test;
  console.log(
    `${coin} ${window} ${series}: known before windows at lag +${first}: r = ${joined.pearson.toFixed(3)}, ${joined.pairs} pairs`,
  );
}
console.log(`largest difference from signals test: ${largest.toExponential(1)}`);
if (!(largest < 1e-9)) process.exitCode = 1;
