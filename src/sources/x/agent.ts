import http from 'node:http';
import https from 'node:https';
import { HttpsProxyAgent } from 'https-proxy-agent';

/**
 * An agent for one request or stream. Whatever it has open ends when `signal` aborts, also a connection that is
 * still being made or waits for its proxy: nothing of an attempt that was given up stays open at X.
 */
export function newAgent(url: string, proxy: string | undefined, signal: AbortSignal): http.Agent {
  // Node hands an agent's options to every socket it makes; its types do not know of `signal`.
  const options: http.AgentOptions & { readonly signal: AbortSignal } = { keepAlive: false, signal };
  if (!url.startsWith('https:')) return new http.Agent(options);
  return proxy === undefined ? new https.Agent(options) : new HttpsProxyAgent(proxy, options);
}
