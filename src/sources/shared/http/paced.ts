import type { Millis } from '../../../core/util/time.ts';
import type { SourceContext } from '../../source.ts';
import { wait } from '../poll/wait.ts';
import type { HttpClient } from './client.ts';

/** A client that begins a request at most once in `everyMs`, as a service's limit demands. Send requests one at a time. */
export function pacedClient(
  client: HttpClient,
  everyMs: Millis,
  context: Pick<SourceContext, 'monotonic' | 'sleep' | 'signal'>,
): HttpClient {
  const { monotonic } = context;
  let nextAt = Number.NEGATIVE_INFINITY;
  return {
    async get(path, headers) {
      if (nextAt > monotonic()) await wait(nextAt - monotonic(), context);
      nextAt = monotonic() + everyMs;
      return client.get(path, headers);
    },
    close: () => client.close(),
  };
}
