import { createServer, type ServerResponse } from 'node:http';
import { UserError } from '../../core/errors.ts';
import type { Clock } from '../../core/util/clock.ts';
import type { Millis } from '../../core/util/time.ts';
import { closeServer, listenOn } from '../../page/server/listen.ts';
import type { Stage } from '../../runtime/stage.ts';
import type { ListenAddress } from '../args/listen-address.ts';
import { healthOf } from './health.ts';

const SAMPLE_MS: Millis = 2000;

export interface WatchServer {
  /** http://HOST:PORT, with the port that was taken. */
  readonly url: string;
  close(): Promise<void>;
}

const send = (response: ServerResponse, status: number, text: string, type = 'text/plain; charset=utf-8') =>
  response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' }).end(text);

/** Sentences as one text; `ok` if the list is empty. */
const answerWith = (response: ServerResponse, sentences: readonly string[]) =>
  send(response, sentences.length === 0 ? 200 : 503, `${sentences.join('\n') || 'ok'}\n`);

/**
 * Serves `/metrics` for Prometheus, `/healthz` (503 when a stage with input makes no progress) and `/readyz` (503 until all
 * stages have their partitions). Throws UserError `usage` when the address cannot be used.
 */
export async function serveMetrics(
  stages: readonly Stage[],
  { host, port }: ListenAddress,
  clock: Clock,
): Promise<WatchServer> {
  const { metricsOf } = await import('./metrics.ts');
  const metrics = metricsOf(stages, clock);
  const health = healthOf(stages, clock);
  const done = new AbortController();
  const sampling = async (): Promise<void> => {
    while (!done.signal.aborted) {
      health.sample();
      await clock.sleep(SAMPLE_MS, done.signal);
    }
  };
  const server = createServer(async ({ method, url }, response) => {
    const path = url?.split('?', 1)[0];
    if (method !== 'GET' && method !== 'HEAD') send(response, 405, 'only GET\n');
    else if (path === '/healthz') answerWith(response, health.stalls());
    else if (path === '/readyz')
      answerWith(
        response,
        health.unready().map((stage) => `${stage}: waiting for its partitions`),
      );
    else if (path === '/metrics') send(response, 200, await metrics.text(), metrics.contentType);
    else send(response, 404, '/metrics, /healthz and /readyz are here\n');
  });
  const url = await listenOn(server, host, port).catch(({ code }: NodeJS.ErrnoException) => {
    throw new UserError(
      'usage',
      `--metrics: cannot listen on ${host}:${port} (${code})`,
      'Name another address: --metrics 127.0.0.1:9465.',
    );
  });
  void sampling();
  return {
    url,
    async close() {
      done.abort();
      await closeServer(server);
    },
  };
}
