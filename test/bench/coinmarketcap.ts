import { createServer, get } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { openLocalLog } from '../../src/log/local/open.ts';
import { systemClock } from '../../src/runtime/system-clock.ts';
import { coinmarketcap } from '../../src/sources/coinmarketcap/coinmarketcap.ts';
import type { SourceContext } from '../../src/sources/source.ts';
import { startCoinMarketCapStub } from '../stubs/coinmarketcap.ts';
import { defaults, reporter } from './kit.ts';
import { type Measured, measure } from './measure.ts';

const ROWS = 5000;
const PATH = `/v1/cryptocurrency/listings/latest?limit=${ROWS}&aux=cmc_rank`;
const HEADERS = { 'x-cmc_pro_api_key': 'bench', 'accept-encoding': 'gzip' };

/** The compressed bytes of the stub's answer of 5,000 rows, made before measuring. */
async function largeAnswer(): Promise<Buffer> {
  const stub = await startCoinMarketCapStub({ coins: ROWS });
  try {
    return await new Promise<Buffer>((resolve, reject) => {
      get(`${stub.url}${PATH}`, { headers: HEADERS }, async (response) => {
        resolve(Buffer.concat(await response.toArray()));
      }).on('error', reject);
    });
  } finally {
    await stub.close();
  }
}

async function serve(packed: Buffer) {
  const server = createServer((_, response) => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' });
    response.end(packed);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => server.close(),
  };
}

/** A context whose clock skips every wait, so that polls follow each other at once. */
function fastContext(signal: AbortSignal): SourceContext {
  let ahead = 0;
  const nothing = (): void => {};
  return {
    signal,
    now: () => Date.now() + ahead,
    monotonic: () => performance.now() + ahead,
    sleep: async (span, until) => {
      // A timeout must not fire early: it alone waits in real time.
      if (until !== undefined) await systemClock.sleep(span, signal, until);
      else ahead += span;
    },
    stdin: () => process.stdin,
    position: async () => undefined,
    once: false,
    secret: () => 'bench',
    proxy: () => undefined,
    random: Math.random,
    status: nothing,
    print: nothing,
    ...reporter,
  };
}

/** Stages for main.ts; `count` rows, in answers of 5,000. A rate of 50,000 rows/s is an answer in 100 ms. */
export const CMC_STAGES: Record<string, (dir: string, count: number) => Promise<Measured>> = {
  'coinmarketcap: answer to topic': async (dir, count) => {
    const served = await serve(await largeAnswer());
    const log = await openLocalLog(dir, systemClock);
    const stop = new AbortController();
    const settings = defaults(coinmarketcap.options, {
      top: ROWS,
      credits: 1_000_000_000,
      keepCached: true,
      coinmarketcapUrl: served.url,
    });
    const chunks = coinmarketcap.read(
      { ...settings, kinds: ['prices'], topic: undefined },
      fastContext(stop.signal),
    );
    const measured = await measure('', async () => {
      let rows = 0;
      for await (const { records } of chunks) {
        await log.append(records);
        rows += records.length;
        if (rows >= count) break;
      }
      return rows;
    });
    stop.abort();
    await log.close();
    served.close();
    return measured;
  },
  'coinmarketcap: JSON.parse alone': async (_, count) => {
    const text = gunzipSync(await largeAnswer()).toString();
    return measure('', () => {
      let rows = 0;
      while (rows < count) rows += (JSON.parse(text) as { data: unknown[] }).data.length;
      return rows;
    });
  },
};
