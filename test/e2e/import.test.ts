import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { sandbox, succeed } from './cli.ts';
import { query } from './lake.ts';

const EXTRACT = resolve('examples/data/btcusdt-1m.csv');
const lines = readFileSync(EXTRACT, 'utf8').trim().split('\n');
const { run, path } = sandbox();

const PAIR = '--base btc --quote usdt --window 5m,1h';
const candles = (lake: string) =>
  query(path(lake, 'candles'), 'SELECT "window", window_start, open, high, low, close FROM t ORDER BY ALL');

describe('cryptopipe import', () => {
  test('cryptopipe import gives the lake that produce, process and sink give', async () => {
    await succeed(run(`import ${EXTRACT} ${PAIR} --dir one`));
    const bus = '--bus local:three';
    await succeed(run(`produce prices --file ${EXTRACT} --base btc --quote usdt ${bus}`));
    await succeed(run(`process --window 5m,1h --close ${bus}`));
    await succeed(run(`sink file --dir three-lake --once ${bus}`));
    const rows = await candles('one');
    expect(rows).toHaveLength((lines.length - 1) / 5 + (lines.length - 1) / 60);
    expect(await candles('three-lake')).toEqual(rows);
  });

  test('cryptopipe import of a growing file, then of nothing new, reads each line once', async () => {
    const half = 1 + 60 * 12;
    writeFileSync(path('grows.csv.gz'), gzipSync(`${lines.slice(0, half).join('\n')}\n`));
    writeFileSync(path('grows.csv'), gunzipSync(readFileSync(path('grows.csv.gz'))));
    const summaryOf = async () =>
      JSON.parse(await succeed(run(`import grows.csv ${PAIR} --dir lake --quiet`)));
    expect((await summaryOf()).stages[0].rejected).toBe(0);
    appendFileSync(path('grows.csv'), `${lines.slice(half).join('\n')}\n`);
    expect(await summaryOf()).toMatchObject({ late: 0, rejected: 0 });
    const rows = await candles('lake');
    expect(rows).toHaveLength((lines.length - 1) / 5 + (lines.length - 1) / 60);
    expect(await summaryOf()).toMatchObject({ in: 0, out: 0 });
    expect(await candles('lake')).toEqual(rows);
  });
});
