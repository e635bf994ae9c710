import { once } from 'node:events';
import { createServer, get } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** A shared resource: its description (JSON) and its cleanup. */
export interface Made<T> {
  readonly value: T;
  close(): Promise<void>;
}
export type Makers = Readonly<Record<string, () => Promise<Made<unknown>>>>;

export interface Pool {
  /** For `ask`. */
  readonly url: string;
  /** Closes everything that was created. */
  close(): Promise<void>;
}

/** Creates each resource once, on first request. Serves HTTP because test files run in separate processes. */
export async function openPool(makers: Makers): Promise<Pool> {
  const made = new Map<string, Promise<Made<unknown>>>();
  const make = (name: string): Promise<Made<unknown>> => {
    const maker = makers[name];
    if (!maker)
      throw new Error(`no shared resource is named '${name}'; available: ${Object.keys(makers).join(', ')}`);
    const begun = made.get(name) ?? maker();
    made.set(name, begun);
    return begun;
  };
  const server = createServer(async ({ url = '/' }, response) => {
    try {
      const { value } = await make(url.slice(1));
      response.end(JSON.stringify(value));
    } catch (error) {
      response.writeHead(500).end((error as Error).message);
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.closeAllConnections();
      server.close();
      const ended = [...made.values()].map((one) =>
        one.then(
          ({ close }) => close(),
          () => {},
        ),
      );
      await Promise.all(ended);
    },
  };
}

/** Requests a resource from the pool. There is no timeout, because it may have to be built first. */
export async function ask(pool: string, name: string): Promise<unknown> {
  const [response] = await once(get(`${pool}/${name}`, { agent: false }), 'response');
  const answer = await text(response);
  if (response.statusCode !== 200) throw new Error(answer);
  return JSON.parse(answer);
}
